import type { DocumentColumns } from '../../sync/chunks/document-head.ts'
import { unpackDocument } from '../../sync/document-sync.ts'
import { type Fit, operationsFit } from '../../sync/operations/document-operations.ts'
import { blameChange, headsWhenLoaded } from '../../sync/prove-document.ts'
import { type ArchivedSpace, type ArchiveRefused, readArchive } from '../features/archive-file.ts'
import { type ActorClocks, type ArrivedDocument, actorClocksOf } from '../spaces/whole-document.ts'

/** What is asked of a document that may harm whoever opens it; each is answered in a thread that is thrown away. */
export interface Examinations {
  /** Whether the operations of a whole document, which was counted before, fit; undefined when only its changes can tell. */
  operations: { question: { readonly columns: DocumentColumns }; answer: Fit | undefined }
  arrived: { question: ArrivedDocument; answer: ActorClocks | undefined }
  /** What an archive holds, once its log and its document are proven. */
  archive: {
    /** The content of the file, without its seal. */
    question: { readonly bytes: Uint8Array }
    answer: ArchivedSpace | ArchiveRefused
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

/**
 * @param signal ends the thread, whatever it is doing
 * @throws {GateError} when the document is none that an honest device sends, or takes too long
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

/** Answers where it is called: for the inside of a thread. */
export const examineHere: Examine = (name, question) => ANSWERS[name](question)
