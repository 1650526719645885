import { hexBytes } from '../../bytes/encoding.ts'
import type { TopicSubscription } from '../../discovery/rendezvous.ts'
import { daysAround, topicOf } from '../../discovery/topics.ts'
import { epochSecret } from '../../people/founding.ts'
import type { SpaceSession } from '../spaces/space-session.ts'

/** Where a space's devices listen, yesterday, today and tomorrow, and where they speak: today. */
export const topicSubscriptions = async ({ keys, membership, root }: SpaceSession): Promise<TopicSubscription[]> => {
  const secret = await epochSecret(keys, membership)
  const space = hexBytes(root)
  return Promise.all(
    daysAround(Date.now()).map(async (day, index) => ({
      topic: await topicOf(secret, space, day),
      day,
      epoch: 0,
      secret,
      label: 'tessera/signal/1' as const,
      speak: index === 1,
    })),
  )
}
