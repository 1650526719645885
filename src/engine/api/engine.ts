/**
 * The interface of the engine. A call returns one result. A watch emits the current value, then every update. Both continue
 * when the engine moves to another tab.
 */
import type { CsvGuess } from '../../exchange/csv/guess.ts'
import type { CsvPreview } from '../../exchange/csv/preview.ts'
import type { HistoryPage } from '../../query/history.ts'
import type { SearchHit } from '../../query/search/search.ts'
import type { Outline, OutlineRequest } from '../../query/windows/outline.ts'
import type { Row, Window } from '../../query/windows/read-window.ts'
import type { Conflict } from '../../space/conflicts.ts'
import type { Conversion } from '../../space/edits/conversion.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { RecordDifference } from '../../space/history/compare.ts'
import type { When } from '../../space/history/past.ts'
import type { Restorable, RestoreCounts } from '../../space/history/restore.ts'
import type { FieldId, RecordId, SpaceId, TableId } from '../../space/ids.ts'
import type {
  CommitResult,
  Device,
  ExportedFile,
  ExportFormat,
  ImportResult,
  InspectedCode,
  Integrity,
  NetworkState,
  OpenedArchive,
  OpenSpace,
  Pairing,
  ProfileState,
  SpaceSummary,
  SqlAnswer,
  StorageState,
  SyncState,
  UndoResult,
  Verified,
  WindowRequest,
} from './values.ts'

export type { CsvColumn, CsvGuess } from '../../exchange/csv/guess.ts'
export type { CsvPreview } from '../../exchange/csv/preview.ts'
export type { Cell, FoundRow, Row, Window } from '../../query/windows/read-window.ts'
export type { Conflict } from '../../space/conflicts.ts'
export type { Conversion } from '../../space/edits/conversion.ts'
export type { CellInput, Deletable, Edit, OptionInput } from '../../space/edits/edits.ts'
export type { FieldId, OptionId, RecordId, SpaceId, TableId } from '../../space/ids.ts'
export type { Field, FieldSettings, FieldType, Option, Schema, Table } from '../../space/schema.ts'
export type {
  CommitResult,
  Device,
  ExportedFile,
  ExportFormat,
  ImportResult,
  InspectedCode,
  Integrity,
  Neighbour,
  NetworkState,
  OpenedArchive,
  OpenSpace,
  Pairing,
  PairingCode,
  ProfileState,
  SpaceSummary,
  SqlAnswer,
  StepName,
  StorageState,
  SyncState,
  UndoResult,
  Verified,
  VerifiedSpace,
  WindowRequest,
} from './values.ts'

/** Every call that fails rejects with an `EngineFailure`, which has a `code`. */
export interface Calls {
  /** Creates the profile of this device. `name` is shown on other devices. @throws `profile-exists` */
  createProfile(input: { readonly name: string; readonly passphrase: string }): void
  /** @throws `wrong-passphrase`; after several wrong passphrases `wait`, with `seconds` in its detail */
  unlock(input: { readonly passphrase: string }): void
  lock(): void
  changePassphrase(input: { readonly from: string; readonly to: string }): void
  /** Renames this device, or the own device with the id `device`, on all own devices. @throws `not-found` */
  renameDevice(input: { readonly name: string; readonly device?: string }): void

  /** Creates a space from a template, or an empty one without `template`. */
  createSpace(input: { readonly name: string; readonly template?: string }): { readonly space: SpaceId }
  /**
   * Creates a space with the current content of this one, including the trash, without its history, members and devices.
   * Progress counts records. A copy that is cancelled or fails leaves nothing behind.
   * @throws `newer-version` when a newer program has written in it; `not-ready` while it is loading from another device
   */
  copySpace(input: { readonly space: SpaceId; readonly name: string }): { readonly space: SpaceId }
  /** Moves a space to the trash of the space list. Its data stays on this device. */
  deleteSpace(input: { readonly space: SpaceId }): void
  restoreSpace(input: { readonly space: SpaceId }): void

  /** One transaction: all edits or none. Resolves once the change is durable, also after a power failure. */
  commit(input: { readonly space: SpaceId; readonly edits: readonly Edit[] }): CommitResult
  /**
   * What these edits of a field, such as another type, would do to its cells. Values that do not fit the new type are kept, and
   * shown again when the field is changed back.
   */
  previewConversion(input: { readonly space: SpaceId; readonly field: FieldId; readonly edits: readonly Edit[] }): Conversion
  /** Reverts the newest step of this device. `kept` counts the cells that it left alone because somebody changed them since. */
  undo(input: { readonly space: SpaceId }): UndoResult
  redo(input: { readonly space: SpaceId }): UndoResult

  /**
   * Runs one read-only SQL statement. Tables have their names as in the space. With `at`, over the space at that time.
   * @param limit the maximum number of rows; 10,000 by default
   */
  querySql(input: { readonly space: SpaceId; readonly sql: string; readonly limit?: number; readonly at?: When }): SqlAnswer
  /** Steps with their device and time, newest first. `before` is `next` of the previous page. */
  history(input: {
    readonly space: SpaceId
    readonly record?: RecordId
    /** The maximum number of entries; 1,000 by default. */
    readonly limit?: number
    readonly before?: number
  }): HistoryPage
  /** Cells with concurrent edits: of one record, or the first 1,000 of the whole space. */
  conflicts(input: { readonly space: SpaceId; readonly table?: TableId; readonly record?: RecordId }): readonly Conflict[]
  /** The names of the own devices that write in a space, by the device ids that conflicts and the history use. */
  deviceNames(input: { readonly space: SpaceId }): Readonly<Record<string, string>>
  /** The records that differ between two times, or between `from` and now. */
  compare(input: { readonly space: SpaceId; readonly from: When; readonly to?: When }): readonly RecordDifference[]
  /** What `putBack` would write, for the confirmation. */
  previewPutBack(input: { readonly space: SpaceId; readonly to: When; readonly what: Restorable }): RestoreCounts
  /** Restores a record, a table or the whole space to an earlier time, as one change that can be undone. */
  putBack(input: { readonly space: SpaceId; readonly to: When; readonly what: Restorable }): CommitResult

  /** Reads the beginning of a file and guesses its format. The given `guess` overrides parts of it. */
  previewCsv(input: {
    readonly file: Blob
    readonly guess?: Partial<CsvGuess>
    /** The user's language tag, for ambiguous columns of numbers and dates. */
    readonly locale?: string
  }): CsvPreview
  /** Imports a file as a new table. Progress counts records. Cancelling leaves nothing behind. */
  importCsv(input: {
    readonly space: SpaceId
    readonly file: Blob
    readonly table: string
    readonly guess: CsvGuess
    /** Imports only the first `first` records, for files above the limit. */
    readonly first?: number
  }): ImportResult

  /**
   * Exports a space without its trash: one file per table for `csv`, otherwise one file. In CSV, texts that a spreadsheet would run
   * as formulas are prefixed with `'`, unless `exact`.
   */
  exportSpace(input: {
    readonly space: SpaceId
    readonly format: ExportFormat
    readonly exact?: boolean
  }): readonly ExportedFile[]
  /**
   * Writes a space to one file, encrypted with this passphrase: the document with its history, the log, and the attestations that
   * prove who wrote it. Progress counts bytes.
   */
  archiveSpace(input: { readonly space: SpaceId; readonly passphrase: string }): ExportedFile
  /**
   * Opens such a file read-only. The `archive` of the result is an id for every call and watch that reads a space, also at earlier
   * times. Progress counts bytes.
   * @throws `not-an-archive`, `newer`, `wrong-passphrase`; `damaged` when the file was altered, or contains changes by a device
   * that its log does not list
   */
  openArchive(input: { readonly file: Blob; readonly passphrase: string }): OpenedArchive
  closeArchive(input: { readonly archive: SpaceId }): void
  /** Checks everything that is stored: opens every document and compares every index with a newly built one. */
  verify(): Verified

  /**
   * Shows a pairing code for another own device. With `manual` no relay is needed: the code contains this device's offer, and the
   * answer of the other device is passed to `enterCode`.
   */
  showCode(input: { readonly manual: boolean }): void
  /** Parses a pairing code without using it and without network access. @throws `code-…` when it cannot be used here */
  inspectCode(input: { readonly text: string }): InspectedCode
  /** Pairs with a code that was scanned, typed or pasted: a whole link, or the part after its `#`. @throws `code-…` */
  enterCode(input: { readonly text: string }): void
  /**
   * Whether the words on both devices match; each device answers.
   * @param input `words` are the words that were compared; an answer about the words of an earlier attempt is ignored
   */
  answerWords(input: { readonly match: boolean; readonly words: readonly string[] }): void
  cancelPairing(): void

  /** Whether connections use TURN servers even where a direct path exists. Open connections are closed and made again. */
  setOnlyRelayed(input: { readonly only: boolean }): void

  /** Requests persistent storage. @returns whether the browser granted it */
  persistStorage(): boolean
}

/** A watch emits the current value, then every update. */
export interface Watches {
  profile: { readonly input: undefined; readonly value: ProfileState }
  spaces: { readonly input: undefined; readonly value: readonly SpaceSummary[] }
  /** Emits first when the schema is known. Fails with `not-found` for a space that no own device lists. */
  schema: { readonly input: { readonly space: SpaceId }; readonly value: OpenSpace }
  /** A range of the rows of a table: filtered, sorted and grouped by the index. */
  window: { readonly input: WindowRequest; readonly value: Window }
  /** A range of the rows of a tree, without the children of collapsed rows. */
  outline: { readonly input: OutlineRequest & { readonly space: SpaceId }; readonly value: Outline }
  /** At most 50 records of all tables, best match first. Snippets enclose each match in `\u0001` and `\u0002`. */
  search: { readonly input: { readonly space: SpaceId; readonly text: string }; readonly value: readonly SearchHit[] }
  /** The ancestors of a record in a tree, from the root down, and the record itself as the last item. */
  path: {
    readonly input: { readonly space: SpaceId; readonly table: TableId; readonly tree: FieldId; readonly record: RecordId }
    readonly value: readonly { readonly id: RecordId; readonly label: string }[]
  }
  /** Undefined when the record does not exist or is in the trash. */
  record: {
    readonly input: { readonly space: SpaceId; readonly table: TableId; readonly record: RecordId }
    readonly value: Row | undefined
  }
  /** The number of records of each table, without the trash. Tables that are still being indexed are missing. */
  counts: { readonly input: { readonly space: SpaceId }; readonly value: Readonly<Record<TableId, number>> }
  devices: { readonly input: undefined; readonly value: readonly Device[] }
  pairing: { readonly input: undefined; readonly value: Pairing }
  sync: { readonly input: { readonly space: SpaceId }; readonly value: SyncState }
  storage: { readonly input: undefined; readonly value: StorageState }
  network: { readonly input: undefined; readonly value: NetworkState }
  integrity: { readonly input: undefined; readonly value: Integrity }
}
