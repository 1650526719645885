import { hexBytes } from '../../bytes/encoding.ts'
import type { TopicSubscription } from '../../discovery/rendezvous.ts'
import { daysAround, topicOf } from '../../discovery/topics.ts'
import { PeopleError } from '../../people/errors.ts'
import { openedEpoch } from '../../people/founding.ts'
import { report } from '../api/report.ts'
import type { SpaceSession } from '../spaces/space-session.ts'

/** The topics of a space: devices listen on those of yesterday, today and tomorrow, and announce themselves on today's. */
export const topicSubscriptions = async ({ keys, membership, root }: SpaceSession): Promise<TopicSubscription[]> => {
  const { secret, unreadable } = await openedEpoch(keys, membership)
  if (unreadable > 0)
    report(
      new PeopleError(
        'no-epoch',
        `This device cannot open ${unreadable} newer secrets of this space, so it does not meet devices that use them. Its data is complete up to the last connection. Pair it again to sync with them.`,
      ),
    )
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
