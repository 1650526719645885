import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { addressList, clientAddress } from './client-address.ts'

describe('X-Forwarded-For', () => {
  const requestOf = (remoteAddress: string, forwarded: string) =>
    ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

  it.each([
    ['::ffff:127.0.0.1', '203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['172.17.0.1', '192.0.2.1:4711', '192.0.2.1'],
    ['fd00::1', '[2001:db8::1]:4711', '2001:db8:0:0::/64'],
    // A client that bypasses the proxy can send any header.
    ['203.0.113.9', '192.0.2.1', '203.0.113.9'],
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
  ])('from %s with the value %s counts as %s', (direct, forwarded, counted) => {
    expect(clientAddress(requestOf(direct, forwarded), addressList())).toBe(counted)
  })

  it('is ignored without a trusted proxy', () => {
    expect(clientAddress(requestOf('127.0.0.1', '192.0.2.1'), undefined)).toBe('127.0.0.1')
    expect(clientAddress(requestOf('127.0.0.1', '192.0.2.1'), addressList(['192.0.2.0/24']))).toBe('127.0.0.1')
  })
})
