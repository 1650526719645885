import type { SpaceId } from '../../space/ids.ts'
import { readTable } from '../../space/read-records.ts'
import { everyTable } from '../../space/schema.ts'
import type { VerifiedSpace } from '../api/engine.ts'
import { messageOf } from '../api/failure.ts'
import { IndexFeeder, temporaryIndexId } from '../index/index-feeder.ts'
import { whileOpen } from '../profile/while-open.ts'
import type { Core, EngineModule } from '../workers/engine-module.ts'

/** Looks at everything when somebody asks for it: what is stored, every document, and every index against its document. */
export const verifyModule = (): EngineModule => {
  const { opened, follow } = whileOpen()

  const verifySpace = async (core: Core, id: SpaceId): Promise<Pick<VerifiedSpace, 'records' | 'problems'>> => {
    const session = await core.ready(id)
    if (!session.arrived) return { records: 0, problems: [] }
    const space = session.space()
    const counts = everyTable(space.schema).map(({ id: table }) => {
      let count = 0
      for (const records of readTable(space, table)) count += records.length
      return count
    })
    const records = counts.reduce((sum, count) => sum + count, 0)
    const kept = await core.feed.ask('contents', { space: id })
    const anew = temporaryIndexId(id, 'verify')
    try {
      await new IndexFeeder({ id: anew, space: () => space }, core.feed).fill()
      const made = await core.feed.ask('contents', { space: anew })
      const problems: string[] = []
      if (kept.records !== records) problems.push(`Its document holds ${records} records, and the index ${kept.records}.`)
      if (kept.digest !== made.digest) problems.push('Its index shows otherwise than one made anew from its document.')
      return { records, problems }
    } finally {
      await core.feed.send({ kind: 'forget', space: anew })
    }
  }

  return {
    calls: {
      async verify() {
        const { profile, core } = opened()
        const altered = await profile.vault.check([...profile.held.keys()])
        const spaces: VerifiedSpace[] = []
        const problems = altered.has(profile.home.id) ? ['The list of spaces and devices was altered on the disk.'] : []
        if ([...altered].some((area) => !profile.held.has(area as SpaceId)))
          problems.push('Something of the profile itself was altered on the disk.')
        for (const { id, name, deleted, arriving } of profile.spaces.value) {
          const found: string[] = altered.has(id) ? ['Something of it was altered on the disk.'] : []
          let records = 0
          if (arriving || (deleted && !profile.held.has(id))) {
            spaces.push({ id, name, records, problems: found })
            continue
          }
          try {
            const verified = await verifySpace(core, id)
            records = verified.records
            found.push(...verified.problems)
          } catch (error) {
            found.push(`It does not open: ${messageOf(error)}`)
          }
          spaces.push({ id, name, records, problems: found })
        }
        return { problems, spaces }
      },
    },
    watches: {},
    ...follow,
  }
}
