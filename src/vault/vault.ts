import { generateMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { equalBytes, randomBytes, utf8 } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { type AgreementKeys, agreementKeysFrom, openSealed, sealTo } from '../bytes/x25519.ts'
import type { Backend, Name } from './backend.ts'
import { VaultError } from './errors.ts'
import { decodeHeader, encodeHeader, type Header, type Way } from './header.ts'
import { type PassphraseParameters, passphraseKeys, passphraseParameters } from './passphrase.ts'
import { decodeRoot, EMPTY_ROOT, encodeRoot, exclusiveOr, type PartOf, partOf, type Root } from './root-record.ts'
import { type Key, namer, type Sealer, sealer, versionOf } from './sealing.ts'

export type { Key } from './sealing.ts'

/** The area of the profile itself; every other area is a space. */
export const PROFILE = 'profile'

/** One value to be written, or removed when `value` is undefined. */
export interface Entry {
  readonly area: string
  readonly key: Key
  readonly value: Uint8Array | undefined
  /** Nothing ever stood under this key: spares looking. */
  readonly fresh?: true
}

/** This device's sealed storage, unlocked. */
export interface Vault {
  /** @throws {VaultError} `damaged` when the value was altered */
  get(area: string, key: Key): Promise<Uint8Array | undefined>
  /** Everything below `prefix`, in the order of writing. Values that were altered are left out and told to `damaged`. */
  range(area: string, prefix: Key, damaged?: (name: Name) => void): Promise<(readonly [key: Key, value: Uint8Array])[]>
  /**
   * All entries or none; resolves when they would survive a power cut. What waits at the time of a flush goes together.
   * @throws {VaultError} `storage-full`; nothing of these entries was written
   */
  write(entries: readonly Entry[]): Promise<void>
  /** Gives an area its own random key; does nothing when it has one. */
  addArea(area: string): Promise<void>
  /** Deletes an area's key and everything in it: what lies in older copies of the disk opens for nobody who comes later. */
  removeArea(area: string): Promise<void>
  changePassphrase(from: string, to: string): Promise<void>
  /** Reads everything; false when any value was altered, removed or put back behind the vault's back. */
  check(): Promise<boolean>
  /** Waits for what is being written, then lets go of every key. */
  close(): Promise<void>
}

const HEADER: Name = [utf8('header')]
const ROOT: Name = [utf8('root')]

export const hasProfile = async (backend: Backend): Promise<boolean> => (await backend.get(HEADER)) !== undefined

/**
 * Makes a profile that this passphrase opens, and 24 recovery words, which stay sealed in it.
 * @throws {VaultError} `profile-exists`
 */
export const createVault = async (backend: Backend, passphrase: string, parameters = passphraseParameters()): Promise<Vault> => {
  if (await hasProfile(backend)) throw new VaultError('profile-exists', 'There is a profile on this device already. Unlock it.')
  const keyEncryptionKey = randomBytes(32)
  const words = generateMnemonic(wordlist, 256)
  const wordKeys = await agreementKeysFrom(await hkdf(mnemonicToEntropy(words, wordlist), 'tessera/vault/words/1'))
  const header: Header = {
    ways: [
      await passphraseWay(passphrase, parameters, keyEncryptionKey),
      {
        kind: 'words',
        publicKey: wordKeys.publicKey,
        sealed: await sealTo(wordKeys.publicKey, keyEncryptionKey, 'tessera/vault/seal/1'),
      },
    ],
  }
  await backend.write({ put: [[HEADER, encodeHeader(header)]], remove: [] })
  const vault = await openWith(backend, keyEncryptionKey, header)
  await vault.write([
    { area: PROFILE, key: ['words'], value: utf8(words) },
    { area: PROFILE, key: ['words', 'public'], value: wordKeys.publicKey },
  ])
  return vault
}

/** @throws {VaultError} `no-profile`, `wrong-passphrase`, `damaged`, `newer` */
export const openVault = async (backend: Backend, passphrase: string): Promise<Vault> => {
  const bytes = await backend.get(HEADER)
  if (!bytes) throw new VaultError('no-profile', 'There is no profile on this device yet.')
  const header = decodeHeader(bytes)
  return openWith(backend, (await findKey(header, passphrase)).keyEncryptionKey, header)
}

const passphraseWay = async (
  passphrase: string,
  parameters: PassphraseParameters,
  keyEncryptionKey: Uint8Array,
): Promise<Way> => {
  const { publicKey } = await passphraseKeys(passphrase, parameters)
  return {
    kind: 'passphrase',
    ...parameters,
    publicKey,
    sealed: await sealTo(publicKey, keyEncryptionKey, 'tessera/vault/seal/1'),
  }
}

const findKey = async (
  header: Header,
  passphrase: string,
): Promise<{ readonly way: Way; readonly keyEncryptionKey: Uint8Array }> => {
  for (const way of header.ways) {
    if (way.kind !== 'passphrase') continue
    const keyEncryptionKey = await openSealed(await passphraseKeys(passphrase, way), way.sealed, 'tessera/vault/seal/1')
    if (keyEncryptionKey) return { way, keyEncryptionKey }
  }
  throw new VaultError('wrong-passphrase', 'This passphrase does not open the profile.')
}

const openWith = async (backend: Backend, keyEncryptionKey: Uint8Array, initial: Header): Promise<Vault> => {
  let header = initial
  const [nameOf, part, ownKeys, profileSealer] = await Promise.all([
    namer(keyEncryptionKey),
    partOf(keyEncryptionKey),
    agreementKeysFrom(await hkdf(keyEncryptionKey, 'tessera/vault/seal/1')),
    sealer(keyEncryptionKey),
  ])
  const areas = new Map<string, Sealer>([[PROFILE, profileSealer]])
  const flusher = await rootedWrites(backend, part, profileSealer)

  const sealerOf = async (area: string): Promise<Sealer> => {
    const known = areas.get(area)
    if (known) return known
    const sealed = await readSealed(PROFILE, ['area', area])
    const secret = sealed && (await openSealed(ownKeys as AgreementKeys, sealed, 'tessera/vault/seal/1'))
    if (!secret) throw new VaultError('damaged', `The key of ${area} is not in this profile (any more).`)
    const made = await sealer(secret)
    areas.set(area, made)
    return made
  }

  const readSealed = async (area: string, key: Key): Promise<Uint8Array | undefined> => {
    const name = nameOf([area, ...key])
    const bytes = await backend.get(name)
    if (!bytes) return undefined
    const opened = await (await sealerOf(area)).open(name, bytes)
    if (!opened)
      throw new VaultError(
        'damaged',
        `A value on this device was altered or damaged (${area}/${key.join('/')}). Restore it from another device.`,
      )
    return opened.value
  }

  const write = async (entries: readonly Entry[]): Promise<void> =>
    flusher.write(
      await Promise.all(
        entries.map(async ({ area, key, value, fresh }) => ({
          name: nameOf([area, ...key]),
          key,
          value,
          fresh,
          sealer: await sealerOf(area),
        })),
      ),
    )

  return {
    get: readSealed,
    async range(area, prefix, damaged) {
      const [found, opener] = [await backend.range(nameOf([area, ...prefix])), await sealerOf(area)]
      const opened = await Promise.all(found.map(async ([name, bytes]) => ({ name, value: await opener.open(name, bytes) })))
      const inOrder = opened.sort((one, other) => (one.value?.version ?? 0) - (other.value?.version ?? 0))
      return inOrder.flatMap(({ name, value }) => {
        if (value) return [[value.key, value.value] as const]
        if (!damaged)
          throw new VaultError(
            'damaged',
            `A value of ${area} on this device was altered or damaged. Restore it from another device.`,
          )
        damaged(name)
        return []
      })
    },
    write,
    async addArea(area) {
      if (areas.has(area) || (await readSealed(PROFILE, ['area', area]))) return
      const secret = randomBytes(32)
      await write([
        { area: PROFILE, key: ['area', area], value: await sealTo(ownKeys.publicKey, secret, 'tessera/vault/seal/1') },
      ])
      areas.set(area, await sealer(secret))
    },
    async removeArea(area) {
      const names = await backend.range(nameOf([area]))
      const keyName = nameOf([PROFILE, 'area', area])
      await flusher.write(
        [keyName, ...names.map(([name]) => name)].map((name) => ({
          name,
          key: [],
          value: undefined,
          fresh: undefined,
          sealer: profileSealer,
        })),
      )
      areas.delete(area)
    },
    async changePassphrase(from, to) {
      const { way } = await findKey(header, from)
      const replaced = await passphraseWay(to, passphraseParameters(), keyEncryptionKey)
      const next = { ways: header.ways.map((each) => (each === way ? replaced : each)) }
      await backend.write({ put: [[HEADER, encodeHeader(next)]], remove: [] })
      header = next
    },
    check: flusher.check,
    async close() {
      await flusher.settled()
      areas.clear()
      await backend.close()
    },
  }
}

interface NamedEntry {
  readonly name: Name
  readonly key: Key
  readonly value: Uint8Array | undefined
  readonly fresh: true | undefined
  readonly sealer: Sealer
}

/** Writes in groups, one after the other, each with the root record that sums up everything there. */
const rootedWrites = async (backend: Backend, part: PartOf, rootSealer: Sealer) => {
  const stored = await backend.get(ROOT)
  const opened = stored && (await rootSealer.open(ROOT, stored))
  if (stored && !opened)
    throw new VaultError('damaged', 'The record that sums up this profile was altered. Restore the profile from another device.')
  let root = opened ? decodeRoot(opened.value) : EMPTY_ROOT
  const versions = new Map<string, number | undefined>()
  let waiting: { entries: readonly NamedEntry[]; resolve: () => void; reject: (error: unknown) => void }[] = []
  let flushing: Promise<void> | undefined

  const nameText = (name: Name) => name.map((bytes) => String.fromCharCode(...bytes)).join('/')
  const versionAt = async (name: Name): Promise<number | undefined> => {
    const text = nameText(name)
    if (versions.has(text)) return versions.get(text)
    const bytes = await backend.get(name)
    return bytes && versionOf(bytes)
  }

  const flush = async (entries: readonly NamedEntry[]): Promise<void> => {
    const newest = new Map(entries.map((entry) => [nameText(entry.name), entry]))
    const counter = root.counter + 1
    let { sum } = root
    for (const { name, value, fresh } of newest.values()) {
      const version = fresh ? undefined : await versionAt(name)
      if (version !== undefined) sum = exclusiveOr(sum, part(name, version))
      if (value !== undefined) sum = exclusiveOr(sum, part(name, counter))
    }
    const next: Root = { counter, sum }
    const [sealedRoot, ...sealed] = await Promise.all([
      rootSealer.seal(ROOT, counter, ['root'], encodeRoot(next)),
      ...[...newest.values()].flatMap(({ name, key, value, sealer }) =>
        value === undefined ? [] : sealer.seal(name, counter, key, value).then((bytes) => [name, bytes] as const),
      ),
    ])
    const remove = [...newest.values()].flatMap(({ name, value }) => (value === undefined ? [name] : []))
    await backend.write({ put: [...sealed, [ROOT, sealedRoot]], remove })
    root = next
    for (const [text, { value }] of newest) versions.set(text, value === undefined ? undefined : counter)
  }

  const flushAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await flush(group.flatMap(({ entries }) => entries))
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    flushing = undefined
  }

  return {
    write: (entries: readonly NamedEntry[]): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ entries, resolve, reject })
        flushing ??= Promise.resolve().then(flushAll)
      }),
    settled: async () => flushing,
    async check(): Promise<boolean> {
      const all = await backend.range([])
      const reserved = new Set([nameText(HEADER), nameText(ROOT)])
      let sum = EMPTY_ROOT.sum
      for (const [name, bytes] of all) {
        if (!reserved.has(nameText(name))) sum = exclusiveOr(sum, part(name, versionOf(bytes)))
      }
      return equalBytes(root.sum, sum)
    },
  }
}
