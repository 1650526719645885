import { describe, expect, it } from 'vitest'
import { fingerprintOf } from './description.ts'

const digits = (last = 'FF') => [...Array.from({ length: 31 }, () => 'AB'), last].join(':')
const section = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel'
const sdp = (...lines: string[]) => ['v=0', ...lines, ''].join('\r\n')

describe('the fingerprint of a description', () => {
  it('is read in upper and lower case', () => {
    const expected = Uint8Array.from([...Array.from({ length: 31 }, () => 0xab), 0xff])
    expect(fingerprintOf(sdp(section, `a=fingerprint:sha-256 ${digits()}`))).toEqual(expected)
    expect(fingerprintOf(sdp(section, `a=fingerprint:SHA-256 ${digits().toLowerCase()}`))).toEqual(expected)
  })

  it('may precede the section, and may occur twice if equal', () => {
    const line = `a=fingerprint:sha-256 ${digits()}`
    expect(fingerprintOf(sdp(line, section, line))).toHaveLength(32)
  })

  it.each([
    ['two fingerprints', [section, `a=fingerprint:sha-256 ${digits()}`, `a=fingerprint:sha-256 ${digits('00')}`]],
    ['a second one of another algorithm', [section, `a=fingerprint:sha-256 ${digits()}`, 'a=fingerprint:sha-1 00']],
    ['another algorithm', [section, `a=fingerprint:sha-512 ${digits()}`]],
    ['too few digits', [section, 'a=fingerprint:sha-256 AB:CD']],
    ['no fingerprint', [section]],
    ['two sections', [section, section, `a=fingerprint:sha-256 ${digits()}`]],
    ['a section of sound', ['m=audio 9 UDP/TLS/RTP/SAVPF 111', `a=fingerprint:sha-256 ${digits()}`]],
    ['nothing', []],
  ])('is undefined with %s', (_, lines) => {
    expect(fingerprintOf(sdp(...lines))).toBeUndefined()
  })
})
