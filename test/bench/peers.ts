import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import send from 'send'
import { pathnameOf } from '../../src/relay/pathname.ts'
import { startRelay } from '../support/relay.ts'
import { emptyPage, MEASURES, type Measured, measurePeer, SIZES } from './peers/measure-peer.ts'
import { mergeTessera } from './peers/merge-tessera.ts'
import { peersTable } from './peers/peers-table.ts'
import type { Figure } from './support/figure.ts'
import { wideRecords } from './support/wide-records.ts'

const APP = 'build/bench/peers'
const ROWS = [10_000, 100_000]
const OTHERS = ['yjs', 'loro', 'automerge-repo', 'tinybase', 'rxdb']

/** Serves the pages as they are: Tessera's own server forbids what some libraries do. */
const servePlain = async () => {
  const server = createServer((request, response) => {
    send(request, pathnameOf(request) ?? '/', { root: APP }).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() }
}

const addressOf = (port: number, library: string) => `http://localhost:${port}/?of=${library}`

/** Everything that is measured with so many records, by library. */
const measureAll = async (rows: number): Promise<Map<string, Measured>> => {
  const records = await wideRecords(rows)
  const relay = { now: await startRelay({ app: APP }) }
  const plain = await servePlain()
  const measured = new Map<string, Measured>()
  const measure = async (library: string, work: () => Promise<Measured>) => {
    const began = performance.now()
    measured.set(library, await work())
    console.error(`   ${library}, ${rows} rows: ${Math.round((performance.now() - began) / 1_000)} s`)
  }
  try {
    const own = addressOf(relay.now.port, 'tessera')
    await measure('tessera', () => measurePeer(own, records, (first, edits) => mergeTessera(first, own, edits, relay, APP)))
    for (const library of OTHERS) await measure(library, () => measurePeer(addressOf(plain.port, library), records))
    await measure('nothing', () => emptyPage(addressOf(plain.port, 'nothing')))
    return measured
  } finally {
    plain.stop()
    await relay.now.stop()
  }
}

/**
 * The same work in the same browser, by Tessera and by other libraries; beside each figure Tessera's, so that a ratio above 1 is
 * in its favour. The tables of docs/benchmarks.md go to the other output.
 */
export const peers = async (): Promise<Figure[]> => {
  const figures: Figure[] = []
  for (const rows of ROWS) {
    const all = await measureAll(rows)
    console.error(`\n### ${rows} records\n\n${peersTable(all)}\n`)
    const own = all.get('tessera')?.values ?? {}
    for (const [library, { values }] of all) {
      for (const measure of MEASURES) {
        const [value, beside] = [values[measure], own[measure]]
        if (value === undefined || beside === undefined) continue
        figures.push({ name: `peers/${rows}/${measure}/${library}`, value, unit: SIZES.has(measure) ? 'bytes' : 'ms', beside })
      }
    }
  }
  return figures
}
