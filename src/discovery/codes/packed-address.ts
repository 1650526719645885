/** Addresses of ICE candidates as bytes: IPv4, IPv6, and the `.local` names with which browsers hide local addresses. */
export interface PackedAddress {
  /** 0 IPv4 (4 bytes), 1 IPv6 (16), 2 the UUID of a `.local` name (16). */
  readonly kind: 0 | 1 | 2
  readonly bytes: Uint8Array
}

const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.local$/

const ipv4 = (text: string): Uint8Array | undefined => {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined
  return Uint8Array.from(parts, Number)
}

const groups = (text: string) => (text === '' ? [] : text.split(':'))

const ipv6 = (text: string): Uint8Array | undefined => {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const [before, after] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')]
  const missing = 8 - before.length - after.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]))
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Returns the bytes of an address; undefined if its kind is not supported. */
export const parseAddress = (text: string): PackedAddress | undefined => {
  const four = ipv4(text)
  if (four) return { kind: 0, bytes: four }
  const six = ipv6(text)
  if (six) return { kind: 1, bytes: six }
  const uuid = UUID.exec(text)?.slice(1).join('')
  if (!uuid) return undefined
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(uuid.slice(index * 2, index * 2 + 2), 16))
  return { kind: 2, bytes }
}

export const formatAddress = ({ kind, bytes }: PackedAddress): string => {
  if (kind === 0) return bytes.join('.')
  const digits = hex(bytes)
  if (kind === 1) return (digits.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16)).join(':')
  return `${[digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')}.local`
}
