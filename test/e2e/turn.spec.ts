import { findCoturn, startCoturn } from '../support/coturn.ts'
import { startRelay } from '../support/relay.ts'
import { expect, makeSpace, makeTable, openSpace, pair, startFresh, test } from './support.ts'

const coturn = findCoturn()

test('connections through the relay server are shown as relayed', async ({ device }) => {
  test.skip(coturn === undefined, 'There is no coturn on this machine. Install one with: sudo apt-get install coturn')
  if (!coturn) return
  const turn = await startCoturn(coturn)
  const relay = await startRelay({ app: 'build/app', ice: turn.ice })
  try {
    const url = `http://localhost:${relay.port}`
    const [laptop, phone] = [await device('Laptop', { url }), await device('Phone', { url, phone: true })]
    await startFresh(laptop)
    await startFresh(phone)
    await makeSpace(laptop, 'Lumen House')
    await makeTable(laptop, 'Members')
    await pair(laptop, phone)
    await laptop.goto('#/settings')
    await laptop.page.getByLabel('Connect only through the relay server').check()
    await openSpace(laptop, 'Lumen House')
    await expect(laptop.page.getByText('Phone has everything · relayed')).toBeVisible({ timeout: 30_000 })
  } finally {
    await relay.stop()
    await turn.stop()
  }
})
