import { previewCsv } from '../../src/exchange/csv/preview.ts'
import { bareRecords, makeBare } from './support/bare-document.ts'
import { importInto, opened, withEngine } from './support/engine-threads.ts'
import { type Figure, median } from './support/figure.ts'
import { loadBareAutomerge } from './support/load-automerge.ts'
import { realRows, realTable } from './support/real-table.ts'

/** Imports, each after a bare one. */
const TIMES = 3

/** The whole table, parsed, written and kept, beside the bare handle that makes the same document. */
export const importTable = async (): Promise<Figure[]> => {
  await loadBareAutomerge()
  const file = await realTable()
  const records = bareRecords(await realRows(file, (await previewCsv(file)).guess))
  const [own, bare]: [number[], number[]] = [[], []]
  for (let time = 0; time < TIMES; time++) {
    const began = performance.now()
    makeBare(records).free()
    bare.push(performance.now() - began)
    own.push(
      await withEngine(async (engine) => {
        const { space } = await engine.call('createSpace', { name: 'Bench' })
        await opened(engine, space)
        const since = performance.now()
        await importInto(engine, space, file)
        return performance.now() - since
      }),
    )
  }
  return [{ name: 'import/rows', value: median(own), unit: 'ms', beside: median(bare), must: 2 }]
}
