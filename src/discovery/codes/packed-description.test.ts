import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { toHex } from '../../bytes/encoding.ts'
import { CodeError } from '../errors.ts'
import { formatAddress, parseAddress } from './packed-address.ts'
import { packDescription, packedFingerprint, unpackDescription } from './packed-description.ts'

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(':')

const chromium = [
  'v=0',
  'o=- 2120987741419458044 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 57513 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 192.0.2.2',
  'a=candidate:3229573512 1 udp 2122194687 192.0.2.2 57513 typ host generation 0 network-id 1',
  'a=candidate:1 1 udp 2113937151 0fda7d5e-6f6a-4c6a-9a5b-2d7a1c9b3e4f.local 50176 typ host generation 0',
  'a=candidate:1310231 1 udp 2063615 127.0.0.1 40214 typ host generation 0 network-id 3',
  'a=candidate:4193659285 1 tcp 1518285567 192.0.2.2 9 typ host tcptype active generation 0',
  'a=candidate:842163049 1 udp 1677729535 203.0.113.7 61000 typ srflx raddr 0.0.0.0 rport 0 generation 0',
  'a=ice-ufrag:7N+X',
  'a=ice-pwd:5/YgQZbqwL7nkdlmwbSfAEr8',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n')

/** A description by Firefox: the fingerprint before the section, longer names, other attributes. */
const firefox = [
  'v=0',
  'o=mozilla...THIS_IS_SDPARTA-99.0 5071581478154021023 0 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=sendrecv',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  'a=group:BUNDLE 0',
  'a=ice-options:trickle',
  'a=msid-semantic:WMS *',
  'm=application 54321 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 192.0.2.9',
  'a=candidate:0 1 UDP 2122252543 2001:db8::7 54321 typ host',
  'a=candidate:2 1 UDP 2122187007 192.0.2.9 54322 typ host',
  'a=candidate:4 1 TCP 2105524479 192.0.2.9 9 typ host tcptype active',
  'a=sendrecv',
  'a=end-of-candidates',
  'a=ice-pwd:0123456789abcdef0123456789abcdef',
  'a=ice-ufrag:01234567',
  'a=mid:0',
  'a=setup:active',
  'a=sctp-port:5000',
  'a=max-message-size:1073741823',
  '',
].join('\r\n')

const lineOf = (sdp: string, start: string) => sdp.split('\r\n').filter((line) => line.startsWith(start))

describe('a packed description', () => {
  it('is small', () => {
    expect(packDescription({ type: 'offer', sdp: chromium }).length).toBe(89)
    expect(packDescription({ type: 'answer', sdp: firefox }).length).toBe(91)
  })

  it('has the encoding in docs/formats/packed-description.md', () => {
    expect(toHex(packDescription({ type: 'offer', sdp: chromium }))).toBe(
      '0004ecdf9718e7f6204196eac0bee791d966c1b49f004afc000102030405060708090a0b0c0d0e0f1011121314151617' +
        '18191a1b1c1d1e1f00c0000202e0a9080fda7d5e6f6a4c6a9a5b2d7a1c9b3e4fc40001cb007107ee48',
    )
  })

  it.each([
    ['Chromium', 'offer', chromium],
    ['Firefox', 'answer', firefox],
  ] as const)('keeps what matters of %s’s', (_, type, sdp) => {
    const unpacked = unpackDescription(packDescription({ type, sdp }))
    expect(unpacked.type).toBe(type)
    for (const start of ['a=ice-ufrag', 'a=ice-pwd', 'a=fingerprint', 'a=setup', 'a=mid', 'a=sctp-port']) {
      expect(lineOf(unpacked.sdp, start)).toEqual(lineOf(sdp, start))
    }
  })

  it('keeps the best candidates and drops those that other devices cannot reach', () => {
    const { sdp } = unpackDescription(packDescription({ type: 'offer', sdp: chromium }))
    expect(lineOf(sdp, 'a=candidate').map((line) => line.split(' ').slice(4).join(' '))).toEqual([
      '192.0.2.2 57513 typ host',
      '0fda7d5e-6f6a-4c6a-9a5b-2d7a1c9b3e4f.local 50176 typ host',
      '203.0.113.7 61000 typ srflx raddr 0.0.0.0 rport 0',
    ])
  })

  it('is the same after unpacking and packing', () => {
    for (const sdp of [chromium, firefox]) {
      const packed = packDescription({ type: 'offer', sdp })
      expect(packDescription(unpackDescription(packed))).toEqual(packed)
      expect(packedFingerprint(packed)).toEqual(Uint8Array.from({ length: 32 }, (_, index) => index))
    }
  })

  it.each([
    ['a second section', chromium.replace('a=mid:0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0')],
    ['no password', chromium.replace(/a=ice-pwd.*\r\n/, '')],
    ['a password of other characters', chromium.replace('5/YgQZ', '5_YgQZ')],
    ['another algorithm', chromium.replace('sha-256', 'sha-512')],
    ['another port', chromium.replace('5000', '5001')],
    ['nothing', ''],
  ])('rejects a description with %s', (_, sdp) => {
    expect(() => packDescription({ type: 'offer', sdp })).toThrow(expect.objectContaining({ code: 'code-garbled' }))
  })

  it('fails with a code error or unpacks to a description that can be packed, for any alteration', () => {
    const packed = packDescription({ type: 'offer', sdp: chromium })
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.nat(packed.length), (at, value, length) => {
        const altered = packed.slice(0, length)
        if (at < length) altered[at] = value
        try {
          packDescription(unpackDescription(altered))
        } catch (error) {
          expect(error).toBeInstanceOf(CodeError)
        }
      }),
      { numRuns: propertyRuns(1_000) },
    )
  })
})

describe('addresses', () => {
  it('survive a round trip', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.uuid().map((uuid) => `${uuid}.local`),
        ),
        (text) => {
          const address = parseAddress(text)
          // Candidates never have IPv6 addresses with an IPv4 suffix.
          if (text.includes(':') && text.includes('.')) return
          expect(address).toBeDefined()
          if (!address) return
          expect(parseAddress(formatAddress(address))).toEqual(address)
        },
      ),
    )
  })

  it.each(['', '256.1.1.1', '1.2.3', 'host.example', 'fe80::1%eth0', '1::2::3', '1:2:3:4:5:6:7:8:9', ':', 'g::'])(
    'are not in %j',
    (text) => {
      expect(parseAddress(text)).toBeUndefined()
    },
  )
})
