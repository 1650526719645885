import { describe, expect, it } from 'vitest'
import { anActor, meet, NOW, twin } from '../../../test/support/replicas.ts'
import { toHex } from '../../bytes/encoding.ts'
import { commitAlone } from '../answer-lookups.ts'
import { decodeChange } from '../automerge.ts'
import { newId, type TableId } from '../ids.ts'
import { applyChanges, createSpace, type Space } from '../space.ts'
import { firstChangeOf, type Migration, migrationActor, migrationChange, migrationContainers } from './migrations.ts'
import { compareVersions } from './semver.ts'
import { FORMAT, isNewer, versionOf } from './version.ts'

const NEXT: Migration = { version: '0.9.0', containers: ['charts', 'forms'] }
const LATER: Migration = { version: '0.10.0', containers: ['maps'] }
const MAJOR: Migration = { version: '7.0.0', containers: ['worlds'] }

const heads = (space: Space) => space.resident.handle.getHeads().sort()
const migrate = (space: Space, first: string, ...migrations: Migration[]) =>
  applyChanges(
    space,
    migrations.map((each) => migrationChange(firstChangeOf(space.resident.handle, first), each)),
  )

describe('a version', () => {
  it('is that of the highest migration change in a document', () => {
    const { space, first } = createSpace(anActor(), 'House', NOW)
    expect(space.schema.version).toBe(FORMAT)
    migrate(space, first, NEXT)
    expect(space.schema.version).toBe('0.9.0')
    migrate(space, first, LATER)
    expect(space.schema.version).toBe('0.10.0')
    expect(isNewer(space.schema.version)).toBe(true)
  })

  it('is set by a change with the same bytes on every device, whatever each has written', () => {
    const { space, first } = createSpace(anActor(), 'House', NOW)
    const other = twin(space, first)
    commitAlone(space, [{ do: 'create-table', name: 'Here' }], NOW)
    commitAlone(
      other,
      [
        { do: 'create-table', name: 'There' },
        { do: 'update-space', name: 'Hut' },
      ],
      NOW,
    )
    const [one, two] = [space, other].map(({ resident }) => migrationChange(firstChangeOf(resident.handle, first), NEXT))
    expect(toHex(one as Uint8Array)).toBe(toHex(two as Uint8Array))
    expect(decodeChange(one as never)).toMatchObject({ actor: migrationActor('0.9.0'), seq: 1, time: 0, deps: [first] })
  })

  it('that devices reach independently, with different unsynced edits and versions, merges into one document', () => {
    const { space, first } = createSpace(anActor(), 'House', NOW)
    const other = twin(space, first)
    const old = twin(space, first)
    const table = newId<TableId>()
    commitAlone(space, [{ do: 'create-table', id: table, name: 'Here' }], NOW)
    migrate(space, first, NEXT)
    commitAlone(other, [{ do: 'create-table', name: 'There' }], NOW)
    migrate(other, first, NEXT, LATER)
    commitAlone(old, [{ do: 'create-table', name: 'Old' }], NOW)
    const charts = migrationContainers(firstChangeOf(space.resident.handle, first), NEXT).charts as string
    expect(charts).toBe(migrationContainers(firstChangeOf(other.resident.handle, first), NEXT).charts)
    space.resident.handle.put(charts, 'pie', 'x')
    space.resident.handle.commit('{}', NOW)
    for (let round = 0; round < 2; round++)
      for (const [a, b] of [
        [space, old],
        [old, other],
        [other, space],
      ] as const)
        meet(a, b)
    for (const each of [other, old]) {
      expect(heads(each)).toEqual(heads(space))
      expect(each.schema).toEqual(space.schema)
      expect(each.resident.handle.get(charts, 'pie')).toBe('x')
    }
    // The old program kept the data that it does not know, and the document loads again.
    expect(twin(old, first).schema.version).toBe('0.10.0')
  })

  it('is not raised by a key that another actor wrote', () => {
    const { space } = createSpace(anActor(), 'House', NOW)
    space.resident.handle.put(space.containers.format, 'version/9.9.9', true, 'boolean')
    space.resident.handle.put(space.containers.format, 'name', '9.0.0')
    space.resident.handle.commit('{}', NOW)
    expect(versionOf(space.resident.handle, space.containers)).not.toBe('9.9.9')
  })

  it('of a newer major is read-only, and with a newer minor nothing is purged', () => {
    const { space, first } = createSpace(anActor(), 'House', NOW)
    const table = newId<TableId>()
    commitAlone(
      space,
      [
        { do: 'create-table', id: table, name: 'Here' },
        { do: 'delete', what: { table } },
      ],
      NOW,
    )
    migrate(space, first, NEXT)
    expect(() => commitAlone(space, [{ do: 'purge', what: { table } }], NOW)).toThrow('0.9.0')
    migrate(space, first, MAJOR)
    expect(space.schema.name).toBe('House')
    expect(() => commitAlone(space, [{ do: 'update-space', name: 'Hut' }], NOW)).toThrow('update to a version that knows 7.0.0')
  })

  it('is compared numerically', () => {
    expect(['0.10.0', '0.9.9', 'x', '1.0.0', '0.9.10'].sort(compareVersions)).toEqual(['x', '0.9.9', '0.9.10', '0.10.0', '1.0.0'])
  })

  it('has a golden migration change', () => {
    const bytes = migrationChange({ hash: '0f'.repeat(32), actor: 'aa'.repeat(24), maxOp: 300 }, NEXT)
    expect(migrationActor('0.9.0')).toMatchInlineSnapshot(`"75d0307983c22faaae6155192c36569ac8185a6d415b73d4"`)
    expect(toHex(bytes)).toMatchInlineSnapshot(
      `"856f4a835295dd99019701010f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f1875d0307983c22faaae6155192c36569ac8185a6d415b73d401ad0200000118aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0701040204151c340142045604700200027f0100027f017d0663686172747305666f726d730d76657273696f6e2f302e392e300302007f0102007f020300"`,
    )
  })
})
