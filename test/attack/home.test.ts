import { expect, it } from 'vitest'
import { examineHere } from '../../src/engine/examine/examination.ts'
import { foundHome, newDocument } from '../../src/engine/profile/founding.ts'
import { openProfile, type ProfileSession } from '../../src/engine/profile/profile-session.ts'
import type { Edit } from '../../src/space/edits/edits.ts'
import { memoryBackend } from '../../src/vault/backends/memory-backend.ts'
import { createVault } from '../../src/vault/open-vault.ts'

/** As weak as Argon2id allows: these tests are not about how long it takes. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }

const columnOf = (profile: ProfileSession, tableName: string, fieldName: string) => {
  const table = profile.home.space().schema.tables.find(({ name }) => name === tableName)
  const field = table?.fields.find(({ name }) => name === fieldName)
  if (!table || !field) throw new Error(`Home has no "${fieldName}" in "${tableName}".`)
  return { table: table.id, field: field.id }
}

const renamed = (profile: ProfileSession, table: string, field: string): Edit => ({
  do: 'update-field',
  ...columnOf(profile, table, field),
  name: 'renamed',
})

it.each<[string, (profile: ProfileSession) => Edit[]]>([
  ['renames a table', () => [{ do: 'update-table', table: 'devices', name: 'gadgets' }]],
  ['deletes a table', () => [{ do: 'delete', what: { table: 'spaces' } }]],
  [
    'purges a table',
    () => [
      { do: 'delete', what: { table: 'devices' } },
      { do: 'purge', what: { table: 'devices' } },
    ],
  ],
  ['adds a table of the same name', () => [{ do: 'create-table', name: 'devices' }]],
  ['renames a field', (profile) => [renamed(profile, 'devices', 'device')]],
  ['renames several fields', (profile) => [renamed(profile, 'spaces', 'space'), renamed(profile, 'reserve', 'taker')]],
  ['deletes a field', (profile) => [{ do: 'delete', what: columnOf(profile, 'spaces', 'space') }]],
  ['changes the type of a field', (profile) => [{ do: 'update-field', ...columnOf(profile, 'spaces', 'space'), type: 'number' }]],
  [
    'puts a checkbox of the same name before a field',
    (profile) => {
      const { table, field } = columnOf(profile, 'devices', 'device')
      return [{ do: 'create-field', table, name: 'device', type: 'checkbox', before: field }]
    },
  ],
])('opens a profile after an own device %s in home', async (_, attack) => {
  const failures: unknown[] = []
  const deps = {
    examiner: { examine: examineHere, prepare: () => undefined },
    sessionListeners: () => ({ failed: (error: unknown) => failures.push(error) }),
    opened: () => undefined,
  }
  const vault = await createVault(memoryBackend(), 'correct horse', QUICK)
  await foundHome(vault, 'Laptop')
  const before = await openProfile(vault, deps)
  const space = await before.createSpace('a', 'Workshop', newDocument('Workshop', []))
  await before.commitHome(attack(before))
  await before.close()

  const profile = await openProfile(vault, deps)
  expect(failures).toEqual([])
  await profile.renameDevice('Desk')
  await profile.setDeleted(space, true)
  const second = await profile.createSpace('b', 'Garden', newDocument('Garden', []))
  expect((await profile.open(space)).state.value.schema.name).toBe('Workshop')
  await profile.close()

  const after = await openProfile(vault, deps)
  expect(after.homeState.value.devices).toMatchObject([{ device: after.device, name: 'Desk' }])
  expect(after.spaces.value).toMatchObject([
    { id: space, name: 'Workshop', deleted: true },
    { id: second, name: 'Garden', deleted: false },
  ])
  expect(failures).toEqual([])
  await after.close()
})
