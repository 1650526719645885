import { afterEach, describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { pair } from '../../../test/support/pair-engines.ts'
import { startRelay } from '../../../test/support/relay.ts'
import type { FieldId, RecordId, SpaceId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'

const PASSPHRASE = 'correct horse battery'
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const device = async (name: string, relay?: string): Promise<NodeEngine> => {
  const engine = await nodeEngine({ ...(relay !== undefined && { relay }) })
  ends.push(() => engine.close())
  await engine.call('createProfile', { name, passphrase: PASSPHRASE })
  return engine
}

const aRelay = async () => {
  const relay = await startRelay()
  ends.push(() => relay.stop())
  return relay
}

const aTable = async (engine: NodeEngine, space: SpaceId) => {
  const [table, name] = [newId<TableId>(), newId<FieldId>()]
  await engine.call('commit', {
    space,
    edits: [{ do: 'create-table', id: table, name: 'Members', fields: [{ id: name, name: 'Name', type: 'text' }] }],
  })
  const add = async (by: NodeEngine, text: string) => {
    const record = newId<RecordId>()
    await by.call('commit', { space, edits: [{ do: 'create-record', id: record, table, values: { [name]: text } }] })
    return record
  }
  const names = (by: NodeEngine, fits: (names: string[]) => boolean) => {
    const namesIn = (rows: readonly { cells: Readonly<Record<string, unknown>> }[]) =>
      rows.map(({ cells }) => (cells[name] as { value: string } | undefined)?.value ?? '')
    return by
      .until('window', { space, table, offset: 0, limit: 100 }, ({ rows }) => fits(namesIn(rows)))
      .then(({ rows }) => namesIn(rows))
  }
  return { table, name, add, names }
}

describe('two devices', () => {
  it('can rename each other, and both show the new name', async () => {
    const [laptop, phone] = [await device('Laptop'), await device('Phone')]
    await pair(laptop, phone)
    const listed = await laptop.until('devices', undefined, (devices) => devices.length === 2)
    const other = listed.find(({ here }) => !here)?.id ?? ''
    await laptop.call('renameDevice', { name: 'Pixel 7', device: other })
    for (const engine of [laptop, phone])
      await engine.until('devices', undefined, (devices) => devices.some(({ id, name }) => id === other && name === 'Pixel 7'))
    await expect(laptop.call('renameDevice', { name: 'Nobody', device: 'unknown' })).rejects.toMatchObject({ code: 'not-found' })
  }, 180_000)

  it('pair and sync spaces that were created before and after', async () => {
    const { url } = await aRelay()
    const [laptop, phone] = [await device('Laptop', url), await device('Phone', url)]
    const { space } = await laptop.call('createSpace', { name: 'Lumen House' })
    const { add, names } = await aTable(laptop, space)
    await add(laptop, 'Ash')

    await pair(laptop, phone)
    const listed = await Promise.all(
      [laptop, phone].map((engine) =>
        engine.until(
          'devices',
          undefined,
          (devices) => devices.length === 2 && devices.every(({ here, connected }) => here || connected),
        ),
      ),
    )
    for (const devices of listed) expect(devices.map(({ name }) => name).sort()).toEqual(['Laptop', 'Phone'])

    await phone.until('schema', { space }, ({ ready, schema }) => ready && schema.name === 'Lumen House')
    await names(phone, (all) => all.includes('Ash'))
    await add(phone, 'Briar')
    await names(laptop, (all) => all.includes('Briar'))

    const { space: later } = await phone.call('createSpace', { name: 'Workshop' })
    const workshop = await aTable(phone, later)
    await laptop.until('spaces', undefined, (spaces) => spaces.some(({ name, arriving }) => name === 'Workshop' && !arriving))
    await laptop.until('schema', { space: later }, ({ ready }) => ready)
    await workshop.add(laptop, 'Lathe')
    await workshop.names(phone, (all) => all.includes('Lathe'))
  }, 180_000)

  it('mark concurrent edits of a cell on both devices until one of them sets it again', async () => {
    const relay = await aRelay()
    const [laptop, phone] = [await device('Laptop', relay.url), await device('Phone', relay.url)]
    const { space } = await laptop.call('createSpace', { name: 'Lumen House' })
    const { table, name, add, names } = await aTable(laptop, space)
    const [ash, briar] = [await add(laptop, 'Ash'), await add(laptop, 'Briar')]
    await pair(laptop, phone)
    await phone.until('schema', { space }, ({ ready }) => ready)
    await names(phone, (all) => all.length === 2)
    const set = (by: NodeEngine, record: RecordId, value: string) =>
      by.call('commit', { space, edits: [{ do: 'set', table, record, field: name, value }] })
    // Concurrent edits: neither device has received the other edit when it writes.
    await Promise.all([set(laptop, ash, 'Ashe'), set(phone, ash, 'Asha'), set(laptop, briar, 'Same'), set(phone, briar, 'Same')])
    const marked = (by: NodeEngine, fields: readonly FieldId[] | undefined) =>
      by.until('record', { space, table, record: ash }, (row) => row?.conflicts?.join() === fields?.join())
    await Promise.all([marked(laptop, [name]), marked(phone, [name])])
    const window = await phone.until('window', { space, table, offset: 0, limit: 10 }, ({ rows }) => rows.length === 2)
    expect(window.rows.map(({ id, conflicts }) => [id, conflicts])).toEqual([
      [ash, [name]],
      [briar, undefined],
    ])
    const [conflict] = await phone.call('conflicts', { space, table, record: ash })
    expect([conflict?.shown, ...(conflict?.others ?? []).map(({ value }) => value)]).toEqual(
      expect.arrayContaining([
        { kind: 'value', value: 'Ashe' },
        { kind: 'value', value: 'Asha' },
      ]),
    )
    for (const by of [laptop, phone]) {
      const called = await by.call('deviceNames', { space })
      const written = new Map([conflict, ...(conflict?.others ?? [])].map((each) => [each?.device, each]))
      expect([...written.keys()].map((id) => called[id ?? ''])).toEqual(expect.arrayContaining(['Laptop', 'Phone']))
    }
    await set(phone, ash, 'Ash and Asha')
    await Promise.all([marked(laptop, undefined), marked(phone, undefined)])
  }, 180_000)

  it('pair with two codes and without a relay', async () => {
    const [laptop, phone] = [await device('Laptop'), await device('Phone')]
    const { space } = await laptop.call('createSpace', { name: 'Lumen House' })
    const { add, names } = await aTable(laptop, space)
    await add(laptop, 'Ash')
    await pair(laptop, phone)
    await phone.until('schema', { space }, ({ ready }) => ready)
    await names(phone, (all) => all.includes('Ash'))
  }, 180_000)
})
