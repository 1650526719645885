/** Topics change with the UTC day and with the secret, so that a relay cannot link the same people for longer. */
import { concat } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import type { Topic } from './discovery.ts'

/** Days since 1970-01-01 in UTC. */
export type Day = number & { readonly brand: 'day' }

const DAY = 24 * 60 * 60 * 1000
/** Milliseconds after midnight within which each device renews its topics at a random time. */
const RENEWAL = 60 * 60 * 1000

/** @param now milliseconds since 1970 */
export const dayOf = (now: number): Day => Math.floor(now / DAY) as Day

/** @param now milliseconds since 1970 @returns yesterday, today and tomorrow, because clocks differ */
export const daysAround = (now: number): readonly [Day, Day, Day] => {
  const today = dayOf(now)
  return [(today - 1) as Day, today, (today + 1) as Day]
}

/** Milliseconds from `now` until topics must be renewed, at a random time soon after the next midnight. */
export const renewIn = (now: number, random: () => number = Math.random): number =>
  (dayOf(now) + 1) * DAY - now + random() * RENEWAL

/** Four bytes, big endian. */
const dayBytes = (day: Day): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, day)
  return bytes
}

/**
 * The topic of a space for one day.
 * @param secret the epoch's secret
 * @param space bytes of the space's id
 */
export const topicOf = async (secret: Uint8Array, space: Uint8Array, day: Day): Promise<Topic> =>
  (await hkdf(secret, 'tessera/topic/1', concat(dayBytes(day), space))) as Uint8Array as Topic

/** The topic of a pairing code. It is used once, so it does not depend on the day. @param secret the code's one-time secret */
export const pairingTopic = async (secret: Uint8Array): Promise<Topic> =>
  (await hkdf(secret, 'tessera/pair/topic/1')) as Uint8Array as Topic
