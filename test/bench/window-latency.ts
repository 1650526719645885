import type { EngineClient } from '../../src/engine/api/client.ts'
import type { SpaceId, TableId } from '../../src/engine/api/engine.ts'

/** Milliseconds between two questions: a person who scrolls. */
const PAUSE = 15
/** Rows of one question, as the grid asks. */
const ROWS = 100

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE))

/**
 * Asks for one window after the other, anywhere in a table, until `meanwhile` is done.
 * @returns milliseconds of each answer
 */
export const windowLatency = async (
  engine: EngineClient,
  { space, table }: { readonly space: SpaceId; readonly table: TableId },
  meanwhile: Promise<unknown>,
): Promise<number[]> => {
  const taken: number[] = []
  let going = true
  const done = meanwhile.finally(() => {
    going = false
  })
  let total = 0
  let awaited: { readonly offset: number; readonly since: number; readonly resolve: () => void } | undefined
  const watching = engine.watch('window', { space, table, offset: 0, limit: ROWS }, (window) => {
    total = window.total
    if (!awaited || window.offset !== awaited.offset) return
    taken.push(performance.now() - awaited.since)
    awaited.resolve()
    awaited = undefined
  })
  // Primes, so that places do not come again soon.
  for (let step = 0; going; step++) {
    await pause()
    const offset = 1 + ((step * 7919) % Math.max(1, total - ROWS - 1))
    await new Promise<void>((resolve) => {
      awaited = { offset, since: performance.now(), resolve }
      watching.change({ space, table, offset, limit: ROWS })
    })
  }
  watching.stop()
  await done
  return taken
}
