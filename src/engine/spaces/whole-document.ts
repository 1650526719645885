import { stemOf } from '../../people/device-keys.ts'
import { unpackCounted } from '../../sync/document-sync.ts'
import { type Cover, checkChanges, NOTHING_YET, type Reach } from '../../sync/gate.ts'
import { type KnownMigrations, migrationsFrom } from './migrations.ts'

/** A whole document, which was counted before, and what its changes are checked by. */
export interface ArrivedDocument {
  readonly bytes: Uint8Array
  /** Devices by the stem of their actors. */
  readonly devices: readonly (readonly [string, string])[]
  readonly covers: readonly Cover[]
  readonly anchors: KnownMigrations
}

/** The last change and operation of each actor. */
export type Reaches = ReadonlyMap<string, Reach>

/** Checks every change of a whole document as the gate does where nothing is yet. @returns undefined when it would hold some back */
export const reachesOf = async ({ bytes, devices, covers, anchors }: ArrivedDocument): Promise<Reaches | undefined> => {
  const byStem = new Map(devices)
  const authors = { deviceOf: (actor: string) => byStem.get(stemOf(actor)), anchored: migrationsFrom(anchors) }
  // Not written anew: Automerge writes them itself, out of columns that are all known; their order is looked at elsewhere.
  const { held, reaches } = await checkChanges(await unpackCounted(bytes), covers, authors, NOTHING_YET, undefined)
  return held.length === 0 ? reaches : undefined
}
