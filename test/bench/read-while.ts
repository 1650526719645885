import { imported, importInto, opened, reopen, withEngine } from './support/engine-threads.ts'
import { absolute, type Figure, percentile } from './support/figure.ts'
import { realTable } from './support/real-table.ts'
import { windowLatency } from './window-latency.ts'

/** Milliseconds within which a window is to be answered, 95 times of 100. */
const MUST = 50

/** Windows of one table, while another one is imported beside it, and while another space is loaded. */
export const readWhile = async (): Promise<Figure[]> => {
  const file = await realTable()
  return withEngine(async (engine) => {
    const read = await imported(engine, file)
    const other = await imported(engine, file)
    await opened(engine, read.space)
    const importing = await windowLatency(engine, read, importInto(engine, read.space, file))

    await reopen(engine)
    await opened(engine, read.space)
    const loading = await windowLatency(engine, read, opened(engine, other.space))
    return [
      absolute('read-while/import-p95', percentile(importing, 0.95), 'ms', MUST),
      absolute('read-while/load-p95', percentile(loading, 0.95), 'ms', MUST),
    ]
  })
}
