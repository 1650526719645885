import { signer } from '../../bytes/ed25519.ts'
import { hexBytes, randomBytes, toBase32, utf8 } from '../../bytes/encoding.ts'
import { makeStatement } from '../../people/attestation.ts'
import { type DeviceKeys, newActor, newDeviceKeys } from '../../people/device-keys.ts'
import type { Entry, EntryHash } from '../../people/entry.ts'
import { createEntry } from '../../people/founding.ts'
import { commitAlone } from '../../space/answer-lookups.ts'
import type { Actor, Hash } from '../../space/automerge.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { SpaceId } from '../../space/ids.ts'
import { closeSpace, createSpace, type Space } from '../../space/space.ts'
import { checkName } from '../../space/value.ts'
import { PROFILE, type Vault } from '../../vault/vault.ts'
import { EngineFailure } from '../api/failure.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import { spaceStore } from '../spaces/space-store.ts'
import { homeTables } from './home.ts'
import { type HeldSpace, holdSpace } from './key-ring.ts'

/** A space's id: the first 16 bytes of the hash of its log's first entry. */
export const spaceIdOf = (root: EntryHash): SpaceId => toBase32(hexBytes(root).subarray(0, 16)) as SpaceId

/** The document of a new space. */
export interface NewDocument {
  readonly space: Space
  /** The hash of its first change. */
  readonly first: Hash
}

/** Creates the document of a new space. All its changes are by `actor`, which belongs to the founding device. */
export type MakeDocument = (actor: Actor) => NewDocument | Promise<NewDocument>

/** A new document with these edits applied. */
export const newDocument =
  (name: string, edits: readonly Edit[]): MakeDocument =>
  (actor) => {
    const made = createSpace(actor, checkName(name, 'a space'), unixSeconds())
    if (edits.length > 0) commitAlone(made.space, edits, unixSeconds())
    return made
  }

/** Creates a space: stores its document, log and keys in one transaction. @param marks further profile entries to write with it */
export const foundSpace = async (
  vault: Vault,
  make: MakeDocument,
  others: Parameters<typeof createEntry>[1],
  call: string | undefined,
  marks: readonly { readonly key: readonly string[]; readonly value: (id: SpaceId) => Uint8Array }[],
): Promise<HeldSpace> => {
  const words = await vault.get(PROFILE, ['words', 'public'])
  if (!words)
    throw new EngineFailure('damaged', 'The profile has no public key of its recovery words. Restore it from another device.')
  const keys = await newDeviceKeys()
  const { space, first } = await make(newActor(keys.sign.publicKey))
  try {
    const { handle } = space.resident
    const document = randomBytes(16)
    const entry = await createEntry(keys, others, words, document, first)
    const held: HeldSpace = { id: spaceIdOf(entry.hash), root: entry.hash, keys, call }
    const [head] = handle.getHeads()
    const statement = await makeStatement(entry.hash, document, head ?? first, keys.sign.publicKey, await signer(keys.sign))
    await vault.addArea(held.id)
    const part = { changes: [handle.save()], statements: [statement], calls: [] }
    await spaceStore(vault, held.id).append(
      part,
      [entry],
      [holdSpace(held), ...marks.map(({ key, value }) => ({ area: PROFILE, key, value: value(held.id) }))],
    )
    return held
  } finally {
    closeSpace(space)
  }
}

/** Creates home in a new vault. @param name of this device, as other devices show it */
export const foundHome = async (vault: Vault, name: string): Promise<void> => {
  checkName(name, 'this device')
  await foundSpace(vault, newDocument('Home', homeTables()), [], undefined, [
    { key: ['home'], value: (id) => utf8(id) },
    { key: ['device name'], value: () => utf8(name) },
  ])
}

/** Whether a vault has a home. It has none when the program ended while the profile was created. */
export const hasHome = async (vault: Vault): Promise<boolean> => (await vault.get(PROFILE, ['home'])) !== undefined

/** The data that a newly paired device receives from another own device. */
export interface Welcome {
  readonly root: EntryHash
  /** The keys of this device that home's log lists. */
  readonly keys: DeviceKeys
  readonly log: readonly Entry[]
  /** The public key of the person's recovery words. */
  readonly words: Uint8Array
}

/**
 * Replaces the home of this device with another one. The spaces of the old home are kept and listed in the new one. The document
 * and the key of the old home are removed.
 */
export const joinHome = async (vault: Vault, former: SpaceId, { root, keys, log, words }: Welcome): Promise<void> => {
  const id = spaceIdOf(root)
  await vault.addArea(id)
  await spaceStore(vault, id).appendLog(log)
  await vault.removeArea(former, [
    holdSpace({ id, root, keys, call: undefined }),
    { area: PROFILE, key: ['home'], value: utf8(id) },
    { area: PROFILE, key: ['words'], value: undefined },
    { area: PROFILE, key: ['words', 'public'], value: words },
    { area: PROFILE, key: ['space', former], value: undefined },
  ])
}
