/** One library in a page of its own, and the clock beside it. The address says which: `?of=yjs`. */
// First: libraries may take IndexedDB's functions to themselves.
import { setStrict, written } from './durability.ts'
import type { Library } from './library.ts'
import type { PeerPage } from './peer.ts'
import type { TesseraLibrary } from './tessera.ts'

/** Milliseconds between two things that are measured: what the one caused is over before the next. */
const QUIET = 40
/** Milliseconds after which copies that were edited have nothing more to write. */
const SETTLE = 2_000
/** Of a thousand edits on either side, so many are to the same cells. */
const CONFLICTS = 0.1

const LIBRARIES: Readonly<Record<string, () => Promise<Library>>> = {
  tessera: async () => (await import('./tessera.ts')).tessera(),
  yjs: async () => (await import('./yjs.ts')).yjs(),
  loro: async () => (await import('./loro.ts')).loro(),
  'automerge-repo': async () => (await import('./automerge-repo.ts')).automergeRepo(),
  tinybase: async () => (await import('./tinybase.ts')).tinybase(),
  rxdb: async () => (await import('./rxdb.ts')).rxdb(),
}

const timed = async (work: () => Promise<unknown> | undefined): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time))

const of = new URLSearchParams(location.search).get('of') ?? ''
const library = await LIBRARIES[of]?.()
if (!library && of !== 'nothing') throw new Error(`There is no library called "${of}".`)

const start = (library: Library): Omit<PeerPage, 'tessera'> => {
  let first: readonly string[] = []
  return {
    async fill(rows) {
      const time = await timed(() => library.fill(rows))
      await library.rest?.()
      return time
    },
    async open() {
      const unlock = library.unlock && (await timed(library.unlock))
      const began = performance.now()
      first = (await library.open()).map(({ id }) => id)
      const open = performance.now() - began
      await library.ready()
      return { unlock, open, ready: performance.now() - began }
    },
    async query(asked) {
      const [times, scores]: [number[], number[][]] = [[], []]
      for (const question of asked) {
        await pause(QUIET)
        times.push(
          await timed(async () => {
            scores.push((await library.query(question)).map(({ Score }) => Number(Score)))
          }),
        )
      }
      return { times, scores }
    },
    async edit(count, within, strict) {
      setStrict(strict)
      const times: number[] = []
      const until = performance.now() + within
      for (let number = 0; number < count && performance.now() < until; number++) {
        await pause(QUIET)
        const record = first[number % first.length] ?? ''
        times.push(await timed(() => library.edit(record, 'Note', `edited ${number} ${strict}`)))
      }
      return times
    },
    async merge(edits) {
      const copies = await library.copies?.()
      if (!copies) return undefined
      const ids = await library.ids(edits)
      const fieldOf = (index: number) => (index < edits * CONFLICTS ? 'Note' : 'Code')
      for (const [index, id] of ids.entries()) {
        await copies.edit(0, id, 'Note', `one ${index}`)
        await copies.edit(1, id, fieldOf(index), `other ${index}`)
      }
      await written()
      await pause(SETTLE)
      setStrict(true)
      const time = await timed(() => copies.merge())
      for (const [index, id] of ids.entries()) {
        for (const field of ['Note', 'Code']) {
          const [one, other] = [await copies.cell(0, id, field), await copies.cell(1, id, field)]
          if (one !== other) throw new Error(`After merging, ${field} differs: ${one} and ${other}.`)
        }
        const kept = await copies.cell(0, id, fieldOf(index))
        if (index >= edits * CONFLICTS && kept !== `other ${index}`) throw new Error(`Merging lost an edit: ${kept}.`)
      }
      return time
    },
  }
}

// Of an empty page nothing is asked, and of others nothing that is Tessera's alone.
globalThis.peer = { ...start(library as Library), tessera: library as TesseraLibrary }
