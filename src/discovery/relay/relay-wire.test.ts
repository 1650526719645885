import { expect, it } from 'vitest'
import { decodeRelayFrame, encodeRelayFrame } from './relay-wire.ts'

const good = { urls: ['turn:turn.example.org:3478?transport=tcp', 'turns:[2001:db8::1]'], username: '1', credential: 'x' }
const frameOf = (value: unknown) => Uint8Array.of(5, ...new TextEncoder().encode(JSON.stringify(value)))

it('encodes and decodes TURN servers', () => {
  const frame = { kind: 'turn-servers', servers: [good] } as const
  expect(decodeRelayFrame(encodeRelayFrame(frame))).toEqual(frame)
})

it.each([
  ['no list', good],
  ['too many', Array(9).fill(good)],
  ['no credential', [{ ...good, credential: undefined }]],
  ['a long name', [{ ...good, username: 'x'.repeat(513) }]],
  ['no address', [{ ...good, urls: [] }]],
  ['another scheme', [{ ...good, urls: ['https://example.org'] }]],
  ['an address that browsers refuse', [{ ...good, urls: ['turn:a b'] }]],
  ['nothing', [null]],
])('rejects TURN servers with %s', (_, value) => expect(decodeRelayFrame(frameOf(value))).toBeUndefined())

it('rejects TURN servers that are not JSON', () => {
  expect(decodeRelayFrame(Uint8Array.of(5, 0xff))).toBeUndefined()
})
