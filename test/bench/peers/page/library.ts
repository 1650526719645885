/** What is asked of every library that is measured beside Tessera, and of Tessera. */
import type { WideCell, WideRecord } from '../../support/wide-records.ts'

/** A question with an answer of at most `SHOWN` rows: those of one city from an age on, by their score. */
export interface Question {
  readonly city: string
  readonly age: number
}

/** Rows that a screen shows. */
export const SHOWN = 50

export interface ShownRecord {
  readonly id: string
  readonly cells: WideRecord
}

/** Two copies of the same records, each kept on the disk. */
export interface Copies {
  /** One cell, durable or not: whatever comes next may be waited for together. */
  edit(copy: 0 | 1, record: string, field: string, value: string): Promise<void>
  /** Each gets what the other has; durable on both sides. */
  merge(): Promise<void>
  cell(copy: 0 | 1, record: string, field: string): Promise<WideCell | undefined>
}

export interface Library {
  /** Makes so many records where there were none; durable. */
  fill(rows: number): Promise<void>
  /** Waits for what is tidied up in the background after that. */
  rest?(): Promise<void>
  /** What comes before opening and has nothing to do with how much there is: a passphrase. */
  unlock?(): Promise<void>
  /** From the disk. @returns the first `SHOWN` records, in whichever order is its own */
  open(): Promise<readonly ShownRecord[]>
  /** Resolves when it can be edited. */
  ready(): Promise<void>
  query(asked: Question): Promise<readonly WideRecord[]>
  /** One cell; durable when it resolves. */
  edit(record: string, field: string, value: string): Promise<void>
  /** The ids of so many records. */
  ids(count: number): Promise<readonly string[]>
  /** Makes a second copy beside the one that is open; Tessera's is another device's. */
  copies?(): Promise<Copies>
}

/** The answer where nothing but plain records is at hand. */
export const answer = (records: Iterable<WideRecord>, { city, age }: Question): WideRecord[] => {
  const found: WideRecord[] = []
  for (const record of records) if (record.City === city && Number(record.Age) >= age) found.push(record)
  return found.sort((one, other) => Number(one.Score) - Number(other.Score)).slice(0, SHOWN)
}

/** Up to `count` of what an iterator gives. */
export const take = <T>(from: Iterable<T>, count: number): T[] => {
  const taken: T[] = []
  for (const each of from) {
    if (taken.length === count) break
    taken.push(each)
  }
  return taken
}
