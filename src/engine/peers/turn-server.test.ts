import { afterEach, expect, it } from 'vitest'
import { findCoturn, startCoturn } from '../../../test/support/coturn.ts'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { pair } from '../../../test/support/pair-engines.ts'
import { startRelay } from '../../../test/support/relay.ts'

const PASSPHRASE = 'correct horse battery'
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const coturn = findCoturn()
const title = 'connects through TURN alone, and shows the connection as relayed'

it.skipIf(!coturn)(
  coturn ? title : `${title} (skipped: there is no coturn here; install one with: sudo apt-get install coturn)`,
  async () => {
    const turn = await startCoturn(coturn ?? '')
    ends.push(() => turn.stop())
    const relay = await startRelay({ ice: turn.ice })
    ends.push(() => relay.stop())
    const device = async (name: string): Promise<NodeEngine> => {
      const engine = await nodeEngine({ relay: relay.url })
      ends.push(() => engine.close())
      await engine.call('createProfile', { name, passphrase: PASSPHRASE })
      return engine
    }
    const [laptop, phone] = [await device('Laptop'), await device('Phone')]
    const { space } = await laptop.call('createSpace', { name: 'Lumen House' })
    await pair(laptop, phone)
    const pathOf = (path: 'direct' | 'relayed') =>
      laptop.until('sync', { space }, ({ neighbours }) => neighbours.some((each) => each.equal && each.path === path))
    await pathOf('direct')

    // The relay sends credentials only to devices that have joined a topic. The public configuration has none.
    await laptop.until('network', undefined, ({ relays }) => relays)
    expect(await laptop.until('network', undefined, () => true)).toEqual({ onlyRelayed: false, relays: true })
    await laptop.call('setOnlyRelayed', { only: true })
    await pathOf('relayed')
    expect(turn.log()).toMatch(/allocat/i)
    await laptop.call('commit', { space, edits: [{ do: 'create-table', name: 'Members' }] })
    await phone.until('schema', { space }, ({ schema }) => schema.tables.some(({ name }) => name === 'Members'))

    await laptop.call('setOnlyRelayed', { only: false })
    await pathOf('direct')
  },
  60_000,
)
