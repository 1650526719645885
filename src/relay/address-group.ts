import { isIPv4, isIPv6 } from 'node:net'

/** Leading groups of an IPv6 address that identify a network: providers assign at least a /64 to each customer. */
const NETWORK_GROUPS = 4

/** Leading groups of the IPv6 addresses that contain an IPv4 address: mapped addresses, and those of NAT64 (RFC 6052). */
const WITH_IPV4 = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']

/**
 * The part of an IP address that identifies one customer: the whole IPv4 address, or the /64 network of an IPv6 address.
 * IPv4-mapped addresses (`::ffff:192.0.2.1`) and addresses of NAT64 (`64:ff9b::192.0.2.1`) count as IPv4.
 * @returns undefined if `text` is not an IP address
 */
export const addressGroup = (text: string): string | undefined => {
  if (isIPv4(text)) return text
  // A zone (`fe80::1%eth0`) names an interface of this machine, not a client.
  const [address = ''] = text.split('%', 1)
  if (!isIPv6(address)) return undefined
  // The URL parser normalizes IPv6 addresses: lower case, no leading zeros, the last 32 bits in hexadecimal.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [before = '', after] = canonical.split('::')
  const [head, tail] = [before, after ?? ''].map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]]
  const groups = after === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail]
  if (WITH_IPV4.includes(groups.slice(0, 6).join(':'))) {
    return groups
      .slice(6)
      .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
      .join('.')
  }
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}

/**
 * The network of an address group: its IPv4 /24 or IPv6 /48. One customer can have several groups, but seldom several networks.
 * @param group a result of `addressGroup`; anything else is its own network
 */
export const networkOf = (group: string): string =>
  isIPv4(group) ? group.replace(/\d+$/, '0/24') : group.replace(/:[\da-f]+::\/64$/, '::/48')
