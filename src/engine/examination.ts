import { stemOf } from '../people/device-keys.ts'
import type { DocumentColumns } from '../sync/document-head.ts'
import { type Fit, operationsFit } from '../sync/document-operations.ts'
import { unpackCounted, unpackDocument } from '../sync/document-sync.ts'
import { type Cover, checkChanges, NOTHING_YET, type Reach } from '../sync/gate.ts'
import { blameChange, headsWhenLoaded } from '../sync/prove-document.ts'
import { anchoredBy, type KnownAnchors } from './anchored-changes.ts'

/** What is asked of a document that may harm whoever opens it; each is answered in a thread that is thrown away. */
export interface Examinations {
  /** Whether the operations of a whole document, which was counted before, fit; undefined when only its changes can tell. */
  operations: { question: { readonly columns: DocumentColumns }; answer: Fit | undefined }
  /**
   * Whether every change of a whole document, which was counted before, would be let in where nothing is yet.
   * @returns how far each actor has come in it; undefined when some would be held
   */
  arrived: {
    /** `devices` by the stem of their actors. */
    question: {
      readonly bytes: Uint8Array
      readonly devices: readonly (readonly [string, string])[]
      readonly covers: readonly Cover[]
      readonly anchors: KnownAnchors
    }
    answer: ReadonlyMap<string, Reach> | undefined
  }
  /** The changes that a whole document was made of. */
  changes: { question: { readonly bytes: Uint8Array }; answer: readonly Uint8Array[] }
  /** The heads of a saved document, once it is loaded; undefined when it does not load. */
  loads: { question: { readonly bytes: Uint8Array }; answer: readonly string[] | undefined }
  /** Which of `suspects` it was that a document, saved, does not load with; undefined when it is none of them. */
  blame: {
    question: { readonly changes: readonly (readonly [string, Uint8Array])[]; readonly suspects: readonly string[] }
    answer: string | undefined
  }
}

export type ExaminationName = keyof Examinations

/** @throws {GateError} when the document is none that an honest device sends, or takes too long */
export type Examine = <Name extends ExaminationName>(
  name: Name,
  question: Examinations[Name]['question'],
) => Promise<Examinations[Name]['answer']>

const ANSWERS: {
  readonly [Name in ExaminationName]: (question: Examinations[Name]['question']) => Promise<Examinations[Name]['answer']>
} = {
  operations: async ({ columns }) => operationsFit(columns),
  async arrived({ bytes, devices, covers, anchors }) {
    const byStem = new Map(devices)
    const authors = { deviceOf: (actor: string) => byStem.get(stemOf(actor)), anchored: anchoredBy(anchors) }
    // Not written anew: Automerge writes them itself, out of columns that are all known; their order is looked at elsewhere.
    const { held, reaches } = await checkChanges(await unpackCounted(bytes), covers, authors, NOTHING_YET, undefined)
    return held.length === 0 ? reaches : undefined
  },
  changes: async ({ bytes }) => (await unpackDocument(bytes)).map((chunk) => chunk.bytes),
  loads: async ({ bytes }) => headsWhenLoaded(bytes),
  blame: async ({ changes, suspects }) => blameChange(changes, suspects),
}

/** Answers where it is called: for the inside of a thread. */
export const examineHere: Examine = (name, question) => ANSWERS[name](question)
