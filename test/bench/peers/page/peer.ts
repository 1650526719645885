import type { Question } from './library.ts'
import type { TesseraLibrary } from './tessera.ts'

/** The calls that the bench makes in the page; times are milliseconds. */
export interface PeerPage {
  fill(rows: number): Promise<number>
  open(): Promise<{ readonly unlock: number | undefined; readonly open: number; readonly ready: number }>
  /** @returns beside the times what was answered, by its scores */
  query(asked: readonly Question[]): Promise<{ readonly times: number[]; readonly scores: number[][] }>
  /** Sets so many cells, or as many as there is time for. */
  edit(count: number, within: number, strict: boolean): Promise<number[]>
  /** @param edits on each of two copies; undefined where the copies are two devices */
  merge(edits: number): Promise<number | undefined>
  readonly tessera: TesseraLibrary
}

declare global {
  var peer: PeerPage
}
