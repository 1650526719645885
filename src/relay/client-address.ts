import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import { addressGroup } from './address-group.ts'

/** Addresses of this machine and of private networks, where reverse proxies run. */
const PRIVATE = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
] as const

const family = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')

/**
 * @param networks addresses (`192.0.2.1`) or networks (`2001:db8::/32`)
 * @throws {TypeError | RangeError} if an entry is neither
 */
export const addressList = (networks: readonly string[] = PRIVATE): BlockList => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length] = network.split('/', 2)
    if (length === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(length), family(address))
  }
  return list
}

/** Whether a socket's `address` is on `list`. */
export const isListed = (list: BlockList | undefined, address: string | undefined): boolean => {
  const [plain = ''] = (address ?? '').split('%', 1)
  return list?.check(plain, family(plain)) ?? false
}

/** Removes the port that some proxies add: `192.0.2.1:80`, `[2001:db8::1]:80`. */
const withoutPort = (text: string) => /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1')

/**
 * Returns the address of the client for rate limits. `X-Forwarded-For` is used only if a trusted proxy sent the request, and only
 * its last address, which that proxy added; the client can forge all others.
 */
export const clientAddress = ({ headers, socket }: IncomingMessage, trusted: BlockList | undefined): string => {
  const direct = socket.remoteAddress ?? ''
  const forwarded = isListed(trusted, direct) ? headers['x-forwarded-for'] : undefined
  const last = [forwarded ?? []].flat().join(',').split(',').at(-1)?.trim() ?? ''
  return addressGroup(withoutPort(last)) ?? addressGroup(direct) ?? direct
}
