/** What the engine's calls and watches take and return, beside the types of the folders below. */
import type { Filter } from '../../query/windows/filter.ts'
import type { GroupBy } from '../../query/windows/group.ts'
import type { SortBy } from '../../query/windows/sort.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { RecordId, SpaceId, TableId, ViewId } from '../../space/ids.ts'
import type { Schema } from '../../space/schema.ts'

export type ProfileState =
  | { readonly kind: 'none' }
  | { readonly kind: 'locked' }
  | {
      readonly kind: 'open'
      readonly device: string
      readonly publicUrl: string | undefined
      /** The list of spaces has not arrived yet from the device that this one was paired with. */
      readonly arriving: boolean
    }

export interface SpaceSummary {
  readonly id: SpaceId
  readonly name: string
  /** Listed by another device; its content has not arrived completely. */
  readonly arriving: boolean
  readonly deleted: boolean
  /** Stored data of the space was altered, removed or rolled back by something other than Tessera. */
  readonly damaged: boolean
  /** Milliseconds since 1970 of the last known change. */
  readonly changed: number | undefined
}

export interface OpenSpace {
  /** False while the document loads: the space can be read, and edits wait. */
  readonly ready: boolean
  readonly schema: Schema
  /** The name of the step that the next undo or redo applies to: `do` of its first edit, `import` or `put-back`. */
  readonly undo: StepName | undefined
  readonly redo: StepName | undefined
}

export type StepName = Edit['do'] | 'import' | 'put-back'

export interface SqlAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
  /** There are more rows than `limit`. */
  readonly truncated: boolean
}

export interface WindowRequest {
  readonly space: SpaceId
  readonly table: TableId
  readonly offset: number
  /** At most 500. */
  readonly limit: number
  /** The filter, sort and group of this view apply where the request has none. */
  readonly view?: ViewId
  /** As stored in views: `docs/formats/query.md`. */
  readonly filter?: Filter
  readonly group?: GroupBy
  /** Only records that match this search text. */
  readonly search?: string
  /** The manual order of the rows by default. */
  readonly sort?: SortBy | readonly SortBy[]
  /** Only records in the trash. */
  readonly deleted?: boolean
  /** Only records whose first field contains this, ignoring case: for the link picker. */
  readonly labelled?: string
  /** Chooses an offset so that the window contains this record, instead of `offset`. */
  readonly around?: RecordId
  /** At most 500 records, inside or outside the window; `found` of the result has their offsets and cells. */
  readonly find?: readonly RecordId[]
}

export interface CommitResult {
  /** The hash of the change, or undefined when the edits change nothing. */
  readonly change: string | undefined
}

export interface UndoResult {
  readonly done: boolean
  /** The step that was undone or redone; undefined when there was none. */
  readonly what: StepName | undefined
  /** The number of cells left unchanged because somebody else changed them since. */
  readonly kept: number
}

export interface ImportResult {
  readonly table: TableId
  readonly records: number
  /** The number of cells whose text does not fit the type of the column. They keep their text and are marked as invalid. */
  readonly unfit: number
}

export type ExportFormat = 'csv' | 'json' | 'sqlite'

export interface ExportedFile {
  readonly name: string
  readonly content: Blob
}

/** An archive stays open until it is closed or Tessera is locked. */
export interface OpenedArchive {
  /** An id to use in place of the id of a space. */
  readonly archive: SpaceId
  /** The space that was archived. It may also exist on this device. */
  readonly space: SpaceId
  readonly name: string
  /** The format version of the document. */
  readonly version: string
  /** Milliseconds since 1970 when the archive was made. */
  readonly made: number
}

export interface VerifiedSpace {
  readonly id: SpaceId
  readonly name: string
  /** The number of records of all tables, including the trash. */
  readonly records: number
  /** One sentence for each problem found. */
  readonly problems: readonly string[]
}

export interface Verified {
  /** Problems outside spaces: keys, devices, settings. */
  readonly problems: readonly string[]
  readonly spaces: readonly VerifiedSpace[]
}

export interface Device {
  readonly id: string
  readonly name: string
  /** Whether it is this device. */
  readonly here: boolean
  readonly connected: boolean
  /** Milliseconds since 1970 of the last connection. */
  readonly seen: number | undefined
}

export interface InspectedCode {
  /** The host of the relay that the code names, when it is not the relay of this app. */
  readonly foreignRelay: string | undefined
}

export type Pairing =
  | { readonly kind: 'idle' }
  /** `expires` in milliseconds since 1970. `step` is 'answer' when the other device, which showed an offer, must scan this code. */
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
  /** `spaces` of the `of` announced spaces have arrived. */
  | { readonly kind: 'receiving'; readonly other: string; readonly spaces: number; readonly of: number }
  /** `complete`: every space has arrived on this device. The device that showed the code cannot know this of the other one. */
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
  /** Whether the relay, by which devices find each other, is reachable. */
  readonly discovery: 'reachable' | 'unreachable' | 'off'
}

export interface Neighbour {
  readonly device: string
  readonly name: string
  readonly state: 'connected' | 'connecting' | 'waiting'
  /** Whether its content of the space is known to equal ours. */
  readonly equal: boolean
  readonly path: 'direct' | 'relayed' | undefined
  /** Its last changes were rejected and not stored. False again when both devices have the same content. */
  readonly refused: boolean
}

export interface NetworkState {
  /** Connections use only TURN servers, so that other devices do not learn the IP address of this one. */
  readonly onlyRelayed: boolean
  /** Whether a TURN server is configured. Without one, relayed connections are impossible. */
  readonly relays: boolean
}

/** The result of the check of all stored data, which runs in the background after unlocking. */
export interface Integrity {
  /** Milliseconds since 1970 when the check finished; undefined before. */
  readonly checked: number | undefined
  /** Spaces whose stored data does not match what Tessera wrote. Other spaces can be used normally. */
  readonly spaces: readonly SpaceId[]
  /** Whether data outside spaces does not match: keys, devices, settings. */
  readonly profile: boolean
}

export interface StorageState {
  readonly persisted: boolean
  /** Bytes, as `available`. */
  readonly used: number
  readonly available: number
}
