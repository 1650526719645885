import { msg, str } from '@lit/localize'
import type { CsvGuess, ImportResult, SpaceId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { engine } from '../engine.ts'
import { showMessage } from '../shell/message.ts'
import { countedRecords } from '../words/counted.ts'
import { formatNumber } from '../words/numbers.ts'
import { plural } from '../words/plural.ts'

/** An import that runs in this tab, on whichever page. */
export interface RunningImport {
  readonly space: SpaceId
  readonly fileName: string
  readonly done: number
  readonly total: number
  /** Whether `total` is counted, not estimated. */
  readonly exact: boolean
  cancel(): void
}

export interface WantedImport {
  readonly space: SpaceId
  readonly file: File
  readonly table: string
  readonly guess: CsvGuess
  /** Import only the first records. */
  readonly first: number | undefined
  /** Records in the file, as the preview counted or estimated them. */
  readonly records: number
  readonly exact: boolean
}

let running: readonly RunningImport[] = []

/** The running imports; `tessera-imports` fires on the window when they change. */
export const runningImports = (): readonly RunningImport[] => running

/** A reload would end running imports. */
const askBeforeLeaving = (event: Event): void => event.preventDefault()

const replace = (before: RunningImport | undefined, after: RunningImport | undefined): void => {
  running = [...running.filter((each) => each !== before), ...(after ? [after] : [])]
  if (running.length > 0) addEventListener('beforeunload', askBeforeLeaving)
  else removeEventListener('beforeunload', askBeforeLeaving)
  dispatchEvent(new Event('tessera-imports'))
}

/** Imports a file, even after the page is left, then offers to undo it. Rejects with the engine's failure. */
export const runImport = async ({ space, file, table, guess, first, records, exact }: WantedImport): Promise<ImportResult> => {
  const stop = new AbortController()
  let shown: RunningImport = {
    space,
    fileName: file.name,
    done: 0,
    total: first ?? records,
    exact: exact || first !== undefined,
    cancel: () => stop.abort(),
  }
  replace(undefined, shown)
  try {
    const result = await engine().call(
      'importCsv',
      { space, file, table, guess, ...(first && { first }) },
      {
        signal: stop.signal,
        onProgress(done, total) {
          const before = shown
          shown = { ...shown, done, ...(!shown.exact && { total: Math.max(done, total) }) }
          replace(before, shown)
        },
      },
    )
    showDone(space, table, result)
    return result
  } finally {
    replace(shown, undefined)
  }
}

const showDone = (space: SpaceId, name: string, { table, records, unfit }: ImportResult): void => {
  const imported = msg(str`${countedRecords(records)} imported into “${name}”.`)
  const kept = plural(unfit, {
    one: msg('1 cell does not fit its column’s type; its text is kept and marked.'),
    other: msg(str`${formatNumber(unfit)} cells do not fit their column’s type; their text is kept and marked.`),
  })
  const what = { table }
  showMessage({
    text: unfit > 0 ? `${imported} ${kept}` : imported,
    everywhere: true,
    action: { label: msg('Undo'), run: () => commit(space, [{ do: 'delete', what }]) },
  })
}
