import { describe, expect, it } from 'vitest'
import { toHex } from '../bytes/encoding.ts'
import { type Day, dayOf, daysAround, pairingTopic, renewIn, topicOf } from './topics.ts'

const secret = new Uint8Array(32).fill(1)
const space = new Uint8Array(32).fill(2)

describe('topics', () => {
  it('match docs/formats/signalling.md', async () => {
    expect(toHex(await topicOf(secret, space, 20_000 as Day))).toBe(
      '4a99aa8c203ab7efa3321ec66948da3413de192a3dddaff2e194a6d5c6420b04',
    )
    expect(toHex(await pairingTopic(new Uint8Array(16).fill(3)))).toBe(
      'e1b5ac3744b58d1e41e3ef0773ecbd5f1462bd4220f1e004458dff3dc6b02f54',
    )
  })

  it('differ by day, space and secret', async () => {
    const topics = await Promise.all([
      topicOf(secret, space, 20_000 as Day),
      topicOf(secret, space, 20_001 as Day),
      topicOf(secret, secret, 20_000 as Day),
      topicOf(space, space, 20_000 as Day),
    ])
    expect(new Set(topics.map(toHex)).size).toBe(4)
  })

  it('change at midnight in UTC', () => {
    expect(dayOf(Date.UTC(1970, 0, 2) - 1)).toBe(0)
    expect(dayOf(Date.UTC(1970, 0, 2))).toBe(1)
    expect(daysAround(Date.UTC(2024, 9, 4, 12))).toEqual([19_999, 20_000, 20_001])
  })

  it('are renewed within one hour after midnight', () => {
    const evening = Date.UTC(2024, 9, 4, 23)
    const hour = 60 * 60 * 1000
    expect(renewIn(evening, () => 0)).toBe(hour)
    expect(renewIn(evening, () => 1)).toBe(2 * hour)
  })
})
