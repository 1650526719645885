import { stemOf } from '../../people/device-keys.ts'
import { unpackCounted } from '../../sync/document-sync.ts'
import { checkChanges } from '../../sync/gate/gate.ts'
import { type ActorClock, EMPTY_VIEW, type VerifiedAttestation } from '../../sync/gate/ports.ts'
import { type KnownMigrations, migrationsFrom } from './migrations.ts'

/** A whole document whose columns were validated, and the data to validate its changes with. */
export interface ArrivedDocument {
  readonly bytes: Uint8Array
  /** Devices by the stem of their actors. */
  readonly devices: readonly (readonly [string, string])[]
  readonly attestations: readonly VerifiedAttestation[]
  readonly migrations: KnownMigrations
}

/** The last change and operation of each actor, by actor. */
export type ActorClocks = ReadonlyMap<string, ActorClock>

/** Validates every change of a whole document, like the gate for an empty space. @returns undefined when the gate would hold changes */
export const actorClocksOf = async ({
  bytes,
  devices,
  attestations,
  migrations,
}: ArrivedDocument): Promise<ActorClocks | undefined> => {
  const byStem = new Map(devices)
  const authors = { deviceOf: (actor: string) => byStem.get(stemOf(actor)), migrations: migrationsFrom(migrations) }
  // The changes need no re-encoding: Automerge writes them itself from known columns. The order of operations is checked elsewhere.
  const { held, actorClocks } = await checkChanges(await unpackCounted(bytes), attestations, authors, EMPTY_VIEW, undefined)
  return held.length === 0 ? actorClocks : undefined
}
