import type { DocumentColumns } from '../../sync/chunks/document-head.ts'
import { unpackDocument } from '../../sync/document-sync.ts'
import { type Fit, operationsFit } from '../../sync/operations/document-operations.ts'
import { blameChange, headsWhenLoaded } from '../../sync/prove-document.ts'
import { type ArchivedSpace, type ArchiveRefused, readArchive } from '../features/archive-file.ts'
import { type ActorClocks, type ArrivedDocument, actorClocksOf } from '../spaces/whole-document.ts'

/** Questions about untrusted documents, each answered in a disposable worker. */
export interface Examinations {
  /** Validates the operations of a whole document. Undefined when its changes must be validated one by one. */
  operations: { question: { readonly columns: DocumentColumns }; answer: Fit | undefined }
  arrived: { question: ArrivedDocument; answer: ActorClocks | undefined }
  /** The content of an archive, after its log and its document were verified. */
  archive: {
    /** The decrypted content of the file. */
    question: { readonly bytes: Uint8Array }
    answer: ArchivedSpace | ArchiveRefused
  }
  /** The changes that a whole document contains. */
  changes: { question: { readonly bytes: Uint8Array }; answer: readonly Uint8Array[] }
  /** The heads of a saved document after loading it; undefined when it does not load. */
  loads: { question: { readonly bytes: Uint8Array }; answer: readonly string[] | undefined }
  /** Which of `suspects` breaks the saved document; undefined when it is none of them. */
  blame: {
    question: { readonly changes: readonly (readonly [string, Uint8Array])[]; readonly suspects: readonly string[] }
    answer: string | undefined
  }
}

export type ExaminationName = keyof Examinations

/**
 * @param signal ends the worker at any moment
 * @throws {GateError} when no honest device would send the document, or when it takes too long
 */
export type Examine = <Name extends ExaminationName>(
  name: Name,
  question: Examinations[Name]['question'],
  signal?: AbortSignal,
) => Promise<Examinations[Name]['answer']>

const ANSWERS: {
  readonly [Name in ExaminationName]: (question: Examinations[Name]['question']) => Promise<Examinations[Name]['answer']>
} = {
  operations: async ({ columns }) => operationsFit(columns),
  arrived: actorClocksOf,
  archive: async ({ bytes }) => readArchive(bytes),
  changes: async ({ bytes }) => (await unpackDocument(bytes)).map((chunk) => chunk.bytes),
  loads: async ({ bytes }) => headsWhenLoaded(bytes),
  blame: async ({ changes, suspects }) => blameChange(changes, suspects),
}

/** Answers in the calling thread; for use inside a disposable worker, and in tests. */
export const examineHere: Examine = (name, question) => ANSWERS[name](question)
