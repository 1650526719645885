/**
 * What the interface may ask of the engine, and all that it knows of it. Calls are answered once; what is watched is told
 * at once and again after every change. Both carry on by themselves when the engine moves to another tab.
 */
import type { CsvGuess } from '../../exchange/csv/guess.ts'
import type { CsvPreview } from '../../exchange/csv/preview.ts'
import type { HistoryPage } from '../../query/history.ts'
import type { SearchHit } from '../../query/search/search.ts'
import type { Filter } from '../../query/windows/filter.ts'
import type { GroupBy } from '../../query/windows/group.ts'
import type { Outline, OutlineRequest } from '../../query/windows/outline.ts'
import type { Row, Window } from '../../query/windows/read-window.ts'
import type { SortBy } from '../../query/windows/sort.ts'
import type { Conflict } from '../../space/conflicts.ts'
import type { Conversion } from '../../space/edits/conversion.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { RecordDifference } from '../../space/history/compare.ts'
import type { When } from '../../space/history/past.ts'
import type { Restorable, RestoreCounts } from '../../space/history/restore.ts'
import type { FieldId, RecordId, SpaceId, TableId, ViewId } from '../../space/ids.ts'
import type { Schema } from '../../space/schema.ts'

export type { CsvColumn, CsvGuess } from '../../exchange/csv/guess.ts'
export type { CsvPreview } from '../../exchange/csv/preview.ts'
export type { Cell, FoundRow, Row, Window } from '../../query/windows/read-window.ts'
export type { Conflict } from '../../space/conflicts.ts'
export type { Conversion } from '../../space/edits/conversion.ts'
export type { CellInput, Deletable, Edit, OptionInput } from '../../space/edits/edits.ts'
export type { FieldId, OptionId, RecordId, SpaceId, TableId } from '../../space/ids.ts'
export type { Field, FieldSettings, FieldType, Option, Schema, Table } from '../../space/schema.ts'

/** Asked once, answered once. Every refusal is an `EngineFailure` with a `code`. */
export interface Calls {
  /** Makes this device's profile; there is none yet. `name` is what other devices call this one. */
  createProfile(input: { readonly name: string; readonly passphrase: string }): void
  /** @throws `wrong-passphrase`; after several wrong ones `wait` with seconds */
  unlock(input: { readonly passphrase: string }): void
  lock(): void
  changePassphrase(input: { readonly from: string; readonly to: string }): void
  /** Renames this device, or another own one by the id that `devices` gives; the name is the same on all of them. @throws `not-found` */
  renameDevice(input: { readonly name: string; readonly device?: string }): void

  /** @param input names the template that the new space is made like; empty without */
  createSpace(input: { readonly name: string; readonly template?: string }): { readonly space: SpaceId }
  /**
   * Makes a new space that holds what this one shows now, its trash too, without its past and without the people and devices of
   * its log. Progress counts records; cancelled, or cut short by anything, it leaves nothing behind.
   * @throws `newer-version` when a newer program has written in it; `not-ready` while it arrives
   */
  copySpace(input: { readonly space: SpaceId; readonly name: string }): { readonly space: SpaceId }
  /** To the trash of home; its data stays until purged. */
  deleteSpace(input: { readonly space: SpaceId }): void
  restoreSpace(input: { readonly space: SpaceId }): void

  /** One transaction: all edits or none. Resolves when it would survive a power cut. */
  commit(input: { readonly space: SpaceId; readonly edits: readonly Edit[] }): CommitResult
  /**
   * What would become of a field's cells if these edits of it, such as another type, were committed. Whatever would not be shown is
   * kept all the same, and shown again when the field is changed back.
   */
  previewConversion(input: { readonly space: SpaceId; readonly field: FieldId; readonly edits: readonly Edit[] }): Conversion
  /** Takes back this tab's device's newest own step; says what of it was kept because somebody changed it since. */
  undo(input: { readonly space: SpaceId }): UndoResult
  redo(input: { readonly space: SpaceId }): UndoResult

  /**
   * Runs one statement that only reads, over the tables under their names. With `at` over the space as it was then.
   * @param limit rows; 10,000 without
   */
  querySql(input: { readonly space: SpaceId; readonly sql: string; readonly limit?: number; readonly at?: When }): SqlAnswer
  /** What was done by which device and when, newest first; `before` goes on from an earlier answer's `next`. */
  history(input: {
    readonly space: SpaceId
    readonly record?: RecordId
    /** Entries; 1,000 without. */
    readonly limit?: number
    readonly before?: number
  }): HistoryPage
  /** Cells that were set apart on several devices: of one record, or (the first 1,000) of the whole space. */
  conflicts(input: { readonly space: SpaceId; readonly table?: TableId; readonly record?: RecordId }): readonly Conflict[]
  /** The names of the own devices that write in a space, by what conflicts and the history call a device. */
  deviceNames(input: { readonly space: SpaceId }): Readonly<Record<string, string>>
  /** The records that differ between two times, or between one and now. */
  compare(input: { readonly space: SpaceId; readonly from: When; readonly to?: When }): readonly RecordDifference[]
  /** How much putting back would write, to be shown first. */
  previewPutBack(input: { readonly space: SpaceId; readonly to: When; readonly what: Restorable }): RestoreCounts
  /** Puts back a record, a table or the whole space as one change that can be undone. */
  putBack(input: { readonly space: SpaceId; readonly to: When; readonly what: Restorable }): CommitResult

  /** Reads the first part of a file and guesses; a `guess` given back overrules parts of it. */
  previewCsv(input: {
    readonly file: Blob
    readonly guess?: Partial<CsvGuess>
    /** The language tag of the person, for columns of numbers and dates that can be read in two ways. */
    readonly locale?: string
  }): CsvPreview
  /** Progress counts records. Cancelling leaves nothing behind. */
  importCsv(input: {
    readonly space: SpaceId
    readonly file: Blob
    readonly table: string
    readonly guess: CsvGuess
    /** At most so many records; for files above the limit. */
    readonly first?: number
  }): ImportResult

  /**
   * A space without its trash, as files: one a table for `csv`, one in all for the others. In CSV a `'` stands in front of texts that
   * a spreadsheet would run as formulas, unless `exact`.
   */
  exportSpace(input: {
    readonly space: SpaceId
    readonly format: ExportFormat
    readonly exact?: boolean
  }): readonly ExportedFile[]
  /**
   * All of a space in one file that this passphrase opens: its document with its history, its log, and the statements that prove who
   * wrote it. Progress counts bytes.
   */
  archiveSpace(input: { readonly space: SpaceId; readonly passphrase: string }): ExportedFile
  /**
   * Opens such a file to be looked at: what it gives as `archive` is asked like a space, now or at any time of its past, and nothing
   * is written in it. Progress counts bytes.
   * @throws `not-an-archive`, `newer`, `wrong-passphrase`; `damaged` when any of it was altered, or is by nobody that its log lists
   */
  openArchive(input: { readonly file: Blob; readonly passphrase: string }): OpenedArchive
  closeArchive(input: { readonly archive: SpaceId }): void
  /** Looks at everything that is stored, opens every document and holds every index against one made anew. */
  verify(): Verified

  /**
   * Shows a code for another own device. `manual` needs no relay: the code holds this device's offer, and the other's answer
   * is to be given to `enterCode`.
   */
  showCode(input: { readonly manual: boolean }): void
  /** Reads a pairing code and uses neither it nor the network. @throws `code-…` when it cannot be used here */
  inspectCode(input: { readonly text: string }): InspectedCode
  /** A code that was scanned, typed or pasted: a whole link or what stands behind its `#`. @throws `code-…` */
  enterCode(input: { readonly text: string }): void
  /**
   * On both devices, after comparing the words: whether they match.
   * @param input names the words that were compared: an answer about others, of a try that is over, counts for nothing
   */
  answerWords(input: { readonly match: boolean; readonly words: readonly string[] }): void
  cancelPairing(): void

  /** Whether connections go through TURN servers even where there is a straight way; those that are open begin anew. */
  setOnlyRelayed(input: { readonly only: boolean }): void

  /** Asks the browser to keep the data; true when it will. */
  persistStorage(): boolean
}

/** Told at once and again after every change. */
export interface Watches {
  profile: { readonly input: undefined; readonly value: ProfileState }
  spaces: { readonly input: undefined; readonly value: readonly SpaceSummary[] }
  /** Emits once something is known; fails with `not-found` for a space that no own device lists. */
  schema: { readonly input: { readonly space: SpaceId }; readonly value: OpenSpace }
  /** Rows come from the index: a stretch of the table, sorted. */
  window: { readonly input: WindowRequest; readonly value: Window }
  /** A stretch of a tree, with what is collapsed left out. */
  outline: { readonly input: OutlineRequest & { readonly space: SpaceId }; readonly value: Outline }
  /** Records of every table, best first: at most 50. What was found stands between `\u0001` and `\u0002` in a snippet. */
  search: { readonly input: { readonly space: SpaceId; readonly text: string }; readonly value: readonly SearchHit[] }
  /** A record's ancestors in a tree from the top down, itself last. */
  path: {
    readonly input: { readonly space: SpaceId; readonly table: TableId; readonly tree: FieldId; readonly record: RecordId }
    readonly value: readonly { readonly id: RecordId; readonly label: string }[]
  }
  /** Undefined when it is not there, or in the trash. */
  record: {
    readonly input: { readonly space: SpaceId; readonly table: TableId; readonly record: RecordId }
    readonly value: Row | undefined
  }
  /** Records of each table that are not in the trash; a table that is still being filled is missing. */
  counts: { readonly input: { readonly space: SpaceId }; readonly value: Readonly<Record<TableId, number>> }
  devices: { readonly input: undefined; readonly value: readonly Device[] }
  pairing: { readonly input: undefined; readonly value: Pairing }
  sync: { readonly input: { readonly space: SpaceId }; readonly value: SyncState }
  storage: { readonly input: undefined; readonly value: StorageState }
  network: { readonly input: undefined; readonly value: NetworkState }
  integrity: { readonly input: undefined; readonly value: Integrity }
}

export type ProfileState =
  | { readonly kind: 'none' }
  | { readonly kind: 'locked' }
  | {
      readonly kind: 'open'
      readonly device: string
      readonly publicUrl: string | undefined
      /** The list of spaces has not arrived from the device that this one was paired with. */
      readonly arriving: boolean
    }

export interface SpaceSummary {
  readonly id: SpaceId
  readonly name: string
  /** Known from another device, its content not (wholly) here yet. */
  readonly arriving: boolean
  readonly deleted: boolean
  /** Something of it on this device was altered, removed or put back by something other than Tessera. */
  readonly damaged: boolean
  /** Milliseconds since 1970 of the last change known here. */
  readonly changed: number | undefined
}

/** A space while it is looked at. `ready` is false while its document loads: it can be read, and edits wait. */
export interface OpenSpace {
  readonly ready: boolean
  readonly schema: Schema
  /** What the next undo and redo would take back or do again: a step is called by its first edit's `do`, or `import`. */
  readonly undo: StepName | undefined
  readonly redo: StepName | undefined
}

export type StepName = Edit['do'] | 'import' | 'put-back'

export interface SqlAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
  /** There are more rows than were asked for. */
  readonly truncated: boolean
}

export interface WindowRequest {
  readonly space: SpaceId
  readonly table: TableId
  readonly offset: number
  /** At most 500. */
  readonly limit: number
  /** Its filter, sort and group apply where the request has none of its own. */
  readonly view?: ViewId
  /** Shapes as views hold them: `docs/formats/query.md`. */
  readonly filter?: Filter
  readonly group?: GroupBy
  /** Only records that the search finds. */
  readonly search?: string
  /** Without: in the order of the rows. */
  readonly sort?: SortBy | readonly SortBy[]
  /** Only records in the trash. */
  readonly deleted?: boolean
  /** Only records whose first field contains this, letter case aside: for the link picker. */
  readonly labelled?: string
  /** Begin so that this record is inside, in place of `offset`. */
  readonly around?: RecordId
  /** Records whose place and cells the answer's `found` gives, wherever they are: at most 500. */
  readonly find?: readonly RecordId[]
}

export interface CommitResult {
  /** The change's hash, or undefined when nothing differed. */
  readonly change: string | undefined
}

export interface UndoResult {
  readonly done: boolean
  /** What was taken back or done again; undefined when there was nothing. */
  readonly what: StepName | undefined
  /** Cells left as they are because somebody else changed them since. */
  readonly kept: number
}

export interface ImportResult {
  readonly table: TableId
  readonly records: number
  /** Cells whose text does not fit their column's type: kept as they are, and marked. */
  readonly unfit: number
}

export type ExportFormat = 'csv' | 'json' | 'sqlite'

export interface ExportedFile {
  readonly name: string
  readonly content: Blob
}

/** An archive that is open until it is closed, or Tessera is locked. */
export interface OpenedArchive {
  /** What to ask for in place of a space's id. */
  readonly archive: SpaceId
  /** The space that was archived; it may be on this device too. */
  readonly space: SpaceId
  readonly name: string
  /** Of the format that its document has. */
  readonly version: string
  /** Milliseconds since 1970 when the archive was made. */
  readonly made: number
}

export interface VerifiedSpace {
  readonly id: SpaceId
  readonly name: string
  /** Of every table, those in the trash too. */
  readonly records: number
  /** Nothing when all is well; otherwise what is not, for whoever reads a report. */
  readonly problems: readonly string[]
}

export interface Verified {
  /** Of what belongs to no space. */
  readonly problems: readonly string[]
  readonly spaces: readonly VerifiedSpace[]
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly here: boolean
  readonly connected: boolean
  /** Milliseconds since 1970 of the last connection. */
  readonly seen: number | undefined
}

export interface InspectedCode {
  /** Host of the relay where the devices would meet, when it is not the relay of this app. */
  readonly foreignRelay: string | undefined
}

export type Pairing =
  | { readonly kind: 'idle' }
  /** `expires` in milliseconds since 1970. `step` is 'answer' when the other device is to scan this in return. */
  | {
      readonly kind: 'code'
      readonly step: 'offer' | 'answer'
      readonly manual: boolean
      readonly text: string
      readonly link: string | undefined
      readonly expires: number
    }
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'words'
      readonly words: readonly string[]
      readonly other: string
      readonly answered: boolean
    }
  /** How many spaces have arrived, of how many announced. */
  | { readonly kind: 'receiving'; readonly other: string; readonly spaces: number; readonly of: number }
  /** `complete`: every space is on this device; the one that showed the code cannot know it of the other. */
  | { readonly kind: 'done'; readonly other: string; readonly complete: boolean }
  | { readonly kind: 'failed'; readonly code: PairingCode; readonly message: string }

export type PairingCode =
  | 'code-expired'
  | 'code-used'
  | 'code-garbled'
  | 'code-newer'
  | 'words-differ'
  | 'unreachable'
  | 'relay-unreachable'
  | 'refused'
  | 'cancelled'

export interface SyncState {
  readonly neighbours: readonly Neighbour[]
  /** Whether a way to find devices is reachable now. */
  readonly discovery: 'reachable' | 'unreachable' | 'off'
}

export interface Neighbour {
  readonly device: string
  readonly name: string
  readonly state: 'connected' | 'connecting' | 'waiting'
  /** Whether its contents are known to equal ours. */
  readonly equal: boolean
  readonly path: 'direct' | 'relayed' | undefined
  /** What it sent last could not be taken in, and nothing of it was kept; until both have the same again. */
  readonly refused: boolean
}

export interface NetworkState {
  /** Connections go through TURN servers alone, so that no other device learns this one's address. */
  readonly onlyRelayed: boolean
  /** Whether a TURN server is known: without one such connections cannot be made. */
  readonly relays: boolean
}

/** What a look at everything stored here has found. It runs by itself some time after unlocking. */
export interface Integrity {
  /** Milliseconds since 1970 when everything had been looked at; undefined until then. */
  readonly checked: number | undefined
  /** Spaces that do not match what Tessera wrote here. Every other one can be used as before. */
  readonly spaces: readonly SpaceId[]
  /** Whether something that belongs to no space does not match: keys, devices, settings. */
  readonly profile: boolean
}

export interface StorageState {
  readonly persisted: boolean
  /** Bytes. */
  readonly used: number
  readonly available: number
}
