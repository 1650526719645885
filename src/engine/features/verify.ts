import type { SpaceId } from '../../space/ids.ts'
import { readTable } from '../../space/read-records.ts'
import { everyTable } from '../../space/schema.ts'
import type { VerifiedSpace } from '../api/engine.ts'
import { messageOf } from '../api/failure.ts'
import { IndexFeeder, temporaryIndexId } from '../index/index-feeder.ts'
import { whileOpen } from '../profile/while-open.ts'
import type { Core, EngineModule } from '../workers/engine-module.ts'

/** Checks everything on request: stored data, every document, and every index against its document. */
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
    const rebuiltId = temporaryIndexId(id, 'verify')
    try {
      await new IndexFeeder({ id: rebuiltId, space: () => space }, core.feed).fill()
      const rebuilt = await core.feed.ask('contents', { space: rebuiltId })
      const problems: string[] = []
      if (kept.records !== records) problems.push(`The document has ${records} records, but the index has ${kept.records}.`)
      if (kept.digest !== rebuilt.digest) problems.push('The index differs from one that is rebuilt from the document.')
      return { records, problems }
    } finally {
      await core.feed.send({ kind: 'forget', space: rebuiltId })
    }
  }

  return {
    calls: {
      async verify() {
        const { profile, core } = opened()
        const altered = await profile.vault.check([...profile.held.keys()])
        const spaces: VerifiedSpace[] = []
        const problems = altered.has(profile.home.id) ? ['Stored data of the list of spaces and devices was altered.'] : []
        if ([...altered].some((area) => !profile.held.has(area as SpaceId)))
          problems.push('Stored data of the profile was altered.')
        for (const { id, name, deleted, arriving } of profile.spaces.value) {
          const found: string[] = altered.has(id) ? ['Stored data of the space was altered.'] : []
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
            found.push(`The space cannot be opened: ${messageOf(error)}`)
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
