import { afterEach, describe, expect, it } from 'vitest'
import type { FieldId, RecordId, SpaceId, TableId } from '../../src/engine/engine.ts'
import { newId } from '../../src/engine/new-id.ts'
import { type NodeEngine, nodeEngine } from '../support/node-engine.ts'
import { pair } from '../support/pair-engines.ts'
import { startRelay } from '../support/relay.ts'

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
  it('pair, hold the same spaces, those made before and after, and see each other’s edits', async () => {
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
  }, 60_000)

  it('pair by two codes, with no relay anywhere', async () => {
    const [laptop, phone] = [await device('Laptop'), await device('Phone')]
    const { space } = await laptop.call('createSpace', { name: 'Lumen House' })
    const { add, names } = await aTable(laptop, space)
    await add(laptop, 'Ash')
    await pair(laptop, phone)
    await phone.until('schema', { space }, ({ ready }) => ready)
    await names(phone, (all) => all.includes('Ash'))
  }, 60_000)
})
