import { generateMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { randomBytes, utf8 } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { agreementKeysFrom } from '../bytes/x25519.ts'
import type { Backend, Name } from './backends/backend.ts'
import { checkValues } from './check.ts'
import { VaultError } from './errors.ts'
import { ATTEMPTS } from './failed-attempts.ts'
import {
  decodeHeader,
  encodeHeader,
  HEADER,
  type Header,
  type Kept,
  openKept,
  sameWays,
  sealKept,
  type UnsealedWay,
  type Way,
} from './header.ts'
import { passphraseParameters } from './passphrase.ts'
import { areaPart, partOf } from './root-record.ts'
import { type NamedEntry, ROOT, rootedWrites } from './rooted-writes.ts'
import { type Key, namer, type Sealer, sealer, sealerWith } from './sealing.ts'
import { findKey, passphraseWay, sealToWays } from './ways.ts'

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
  /**
   * Opens this vault for another worker of this browser profile, see `openVaultWithKey`. It cannot be extracted, belongs in memory
   * alone, and is replaced by `changePassphrase` and `removeArea`.
   */
  readonly unlockKey: CryptoKey
  /** @throws {VaultError} `damaged` when the value was altered */
  get(area: string, key: Key): Promise<Uint8Array | undefined>
  /** Everything below `prefix`, in the order of writing (that of the profile is lost when its key is replaced). Values that were altered are left out and told to `damaged`. */
  range(area: string, prefix: Key, damaged?: (name: Name) => void): Promise<(readonly [key: Key, value: Uint8Array])[]>
  /**
   * All entries or none; resolves when they would survive a power cut. What waits at the time of a flush goes together.
   * @throws {VaultError} `storage-full`; nothing of these entries was written
   */
  write(entries: readonly Entry[]): Promise<void>
  /** Gives an area its own random key; does nothing when it has one. */
  addArea(area: string): Promise<void>
  /**
   * Shreds an area: deletes its key and everything in it, and replaces the key encryption key, so that what is left of it on the
   * disk opens for nobody who comes later. In the same transaction as `entries`.
   */
  removeArea(area: string, entries?: readonly Entry[]): Promise<void>
  /** Replaces the key encryption key too: an older header that is put back opens nothing. */
  changePassphrase(from: string, to: string): Promise<void>
  /**
   * Reads everything, one value at a time.
   * @param pause waited for before each value; so it can give way to whoever is in a hurry
   * @returns the areas in which a value was altered, removed, added or put back behind the vault's back; what belongs to none
   * counts as the profile's
   */
  check(areas?: readonly string[], pause?: () => Promise<void>): Promise<ReadonlySet<string>>
  /** Waits for every call that has begun, then drops all keys. Later calls are rejected with `closed`. */
  close(): Promise<void>
}

/**
 * Whether a profile was made on this device. A header with nothing beside it is not a profile: earlier versions wrote it first,
 * and left it alone when they were killed before the second write.
 */
export const hasProfile = async (backend: Backend): Promise<boolean> => {
  if (!(await backend.get(HEADER))) return false
  return (await backend.get(ROOT)) !== undefined || (await backend.names([])).length > 1
}

/**
 * Makes a profile that this passphrase opens, and 24 recovery words, which stay sealed in it.
 * @throws {VaultError} `profile-exists`
 */
export const createVault = async (backend: Backend, passphrase: string, parameters = passphraseParameters()): Promise<Vault> => {
  if (await hasProfile(backend)) throw new VaultError('profile-exists', 'There is a profile on this device already. Unlock it.')
  const keyEncryptionKey = randomBytes(32)
  const words = generateMnemonic(wordlist, 256)
  const wordKeys = await agreementKeysFrom(await hkdf(mnemonicToEntropy(words, wordlist), 'tessera/vault/words/1'))
  const ways = await sealToWays(keyEncryptionKey, [
    await passphraseWay(passphrase, parameters),
    { kind: 'words', publicKey: wordKeys.publicKey },
  ])
  const kept: Kept = { names: randomBytes(32), ways }
  const profileSealer = await sealer(keyEncryptionKey)
  const header: Header = { ways, sealed: await sealKept(profileSealer, kept) }
  await writeProfile(backend, profileSealer, kept, header, [
    { key: ['words'], value: utf8(words) },
    { key: ['words', 'public'], value: wordKeys.publicKey },
  ])
  return openWith(backend, profileSealer, kept)
}

/** Writes the header and the first values in one transaction: either half alone could neither be opened nor made again. */
const writeProfile = async (
  backend: Backend,
  rootSealer: Sealer,
  { names }: Kept,
  header: Header,
  values: readonly { readonly key: Key; readonly value: Uint8Array }[],
): Promise<void> => {
  const [nameOf, part] = await Promise.all([namer(names), partOf(names)])
  const rooted = await rootedWrites(backend, part, rootSealer)
  await rooted.replace(
    async () => ({
      entries: values.map((each) => ({ ...each, name: nameOf([PROFILE, ...each.key]), sealer: () => rootSealer })),
      put: [[HEADER, encodeHeader(header)]],
      rootSealer,
    }),
    () => undefined,
  )
}

/** @throws {VaultError} `no-profile`, `wrong-passphrase`, `damaged`, `newer` */
export const openVault = async (backend: Backend, passphrase: string): Promise<Vault> => {
  const bytes = await backend.get(HEADER)
  if (!bytes) throw new VaultError('no-profile', 'There is no profile on this device yet.')
  const header = decodeHeader(bytes)
  const profileSealer = await sealer((await findKey(header.ways, passphrase)).keyEncryptionKey)
  return openWith(backend, profileSealer, await openKept(profileSealer, header))
}

/**
 * Opens the vault without the passphrase, with the `unlockKey` of one that was open a moment ago.
 * @throws {VaultError} `damaged` too when the key was replaced since
 */
export const openVaultWithKey = async (backend: Backend, unlockKey: CryptoKey): Promise<Vault> => {
  const bytes = await backend.get(HEADER)
  if (!bytes) throw new VaultError('no-profile', 'There is no profile on this device yet.')
  const profileSealer = sealerWith(unlockKey)
  return openWith(backend, profileSealer, await openKept(profileSealer, decodeHeader(bytes)))
}

const openWith = async (backend: Backend, profileSealer: Sealer, opened: Kept): Promise<Vault> => {
  let { ways } = opened
  const { names } = opened
  const [nameOf, part] = await Promise.all([namer(names), partOf(names)])
  let unlockKey = profileSealer.key
  const sealers = new Map<string, Sealer>([[PROFILE, profileSealer]])
  const rooted = await rootedWrites(backend, part, profileSealer)

  const sealerOf = async (area: string): Promise<Sealer> => {
    const known = sealers.get(area)
    if (known) return known
    const secret = await readSealed(PROFILE, ['area', area])
    if (!secret) throw noKey(area)
    const made = sealers.get(area) ?? (await sealer(secret))
    sealers.set(area, made)
    return made
  }

  const sealerNow = (area: string) => (): Sealer => {
    const known = sealers.get(area)
    if (!known) throw noKey(area)
    return known
  }

  /** Reads anew when the area's key was replaced meanwhile: what was read before does not open with the new one, nor the other way round. */
  const withSealer = async <T>(area: string, read: (sealer: Sealer) => Promise<{ whole: boolean; found: T }>): Promise<T> => {
    for (;;) {
      const used = await sealerOf(area)
      const { whole, found } = await read(used)
      if (whole) return found
      await rooted.settled()
      if (used === (await sealerOf(area))) return found
    }
  }

  const readSealed = async (area: string, key: Key): Promise<Uint8Array | undefined> => {
    const name = nameOf([area, ...key])
    const found = await withSealer(area, async (opener) => {
      const bytes = await backend.get(name)
      const opened = bytes && (await opener.open(name, bytes))
      return { whole: !bytes || opened !== undefined, found: { bytes, opened } }
    })
    if (found.bytes && !found.opened)
      throw new VaultError(
        'damaged',
        `A value on this device was altered or damaged (${area}/${key.join('/')}). Restore it from another device.`,
      )
    return found.opened?.value
  }

  /** What stands below `prefix`; `value` is undefined where it was altered. */
  const openRange = (area: string, prefix: Key) =>
    withSealer(area, async (opener) => {
      const stored = await backend.range(nameOf([area, ...prefix]))
      const found = await Promise.all(stored.map(async ([name, bytes]) => ({ name, value: await opener.open(name, bytes) })))
      return { whole: found.every(({ value }) => value), found }
    })

  const named = ({ area, key, value, fresh }: Entry): NamedEntry => ({
    name: nameOf([area, ...key]),
    key,
    value,
    fresh,
    sealer: sealerNow(area),
  })

  const write = async (entries: readonly Entry[]): Promise<void> => {
    for (const { area } of entries) await sealerOf(area)
    await rooted.write(entries.map(named))
  }

  /** A new key encryption key, and everything of the profile sealed anew under it, in one transaction with `removed` and `entries`. */
  const replaceKey = async (
    waysAfter: () => Promise<readonly UnsealedWay[]>,
    removed: string | undefined,
    entries: readonly Entry[],
  ): Promise<void> => {
    const next = randomBytes(32)
    const nextSealer = await sealer(next)
    const dropped = removed === undefined ? [] : [nameOf([PROFILE, 'area', removed])]
    let nextWays: readonly Way[] = []
    await rooted.replace(
      async () => {
        nextWays = await sealToWays(next, await waysAfter())
        const gone = removed === undefined ? [] : [...dropped, ...(await backend.names(nameOf([removed])))]
        const profile = await openRange(PROFILE, [])
        const sealerAfter = (area: string) => (area === PROFILE ? () => nextSealer : sealerNow(area))
        const header: Header = { ways: nextWays, sealed: await sealKept(nextSealer, { names, ways: nextWays }) }
        return {
          entries: [
            // A value that was altered stays as it is, for the check to find.
            ...profile.flatMap(({ name, value }) =>
              value ? [{ name, key: value.key, value: value.value, sealer: sealerAfter(PROFILE) }] : [],
            ),
            ...entries.map((entry) => ({ ...named(entry), sealer: sealerAfter(entry.area) })),
            ...gone.map((name) => ({ name, key: [], value: undefined, sealer: sealerAfter(PROFILE) })),
          ],
          put: [[HEADER, encodeHeader(header)]],
          rootSealer: nextSealer,
        }
      },
      () => {
        ways = nextWays
        sealers.set(PROFILE, nextSealer)
        unlockKey = nextSealer.key
        if (removed !== undefined) sealers.delete(removed)
      },
    )
  }

  let closing: Promise<void> | undefined
  const underWay = new Set<Promise<unknown>>()
  /** Runs calls from outside until the vault is closed, which waits for those that have begun: their keys must not go meanwhile. */
  const whileOpen =
    <Input extends readonly unknown[], Result>(call: (...input: Input) => Promise<Result>) =>
    async (...input: Input): Promise<Result> => {
      if (closing) throw new VaultError('closed', 'This profile was locked. Unlock it, then try again.')
      const running = call(...input)
      underWay.add(running)
      try {
        return await running
      } finally {
        underWay.delete(running)
      }
    }

  const close = async (): Promise<void> => {
    await Promise.allSettled(underWay)
    await rooted.settled()
    sealers.clear()
    await backend.close()
  }

  return {
    get unlockKey() {
      return unlockKey
    },
    get: whileOpen(readSealed),
    range: whileOpen(async (area: string, prefix: Key, damaged?: (name: Name) => void) => {
      const found = await openRange(area, prefix)
      const inOrder = found.sort((one, other) => (one.value?.version ?? 0) - (other.value?.version ?? 0))
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
    }),
    write: whileOpen(write),
    addArea: whileOpen(async (area: string) => {
      if (sealers.has(area) || (await readSealed(PROFILE, ['area', area]))) return
      const secret = randomBytes(32)
      await write([{ area: PROFILE, key: ['area', area], value: secret }])
      sealers.set(area, await sealer(secret))
    }),
    removeArea: whileOpen(async (area: string, entries: readonly Entry[] = []) => {
      for (const entry of entries) await sealerOf(entry.area)
      await replaceKey(async () => ways, area, entries)
    }),
    changePassphrase: whileOpen(async (from: string, to: string) => {
      const { way } = await findKey(ways, from)
      const replaced = await passphraseWay(to, passphraseParameters())
      await replaceKey(async () => ways.map((each) => (each.publicKey === way.publicKey ? replaced : each)), undefined, [])
    }),
    check: whileOpen(async (areas: readonly string[] = [], pause: () => Promise<void> = async () => undefined) => {
      const known = new Map<string, string>()
      const learn = (area: string) => known.set(areaPart(nameOf([area])), area)
      learn(PROFILE)
      for (const area of areas) learn(area)
      const differing = await checkValues({
        backend,
        part,
        pause,
        settled: rooted.settled,
        isApart: (area) => [HEADER, ROOT, ATTEMPTS].some((name) => area === areaPart(name)),
        async sealerOf(area) {
          for (const { value } of await openRange(PROFILE, ['area'])) if (value?.key[1] !== undefined) learn(value.key[1])
          const name = known.get(area)
          return name === undefined ? undefined : sealerOf(name).catch(undefinedWhenDamaged)
        },
      })
      const found = new Set([...differing].map((area) => known.get(area) ?? PROFILE))
      return (await isHeaderWhole(backend, () => ways)) ? found : found.add(PROFILE)
    }),
    close() {
      closing ??= close()
      return closing
    },
  }
}

const noKey = (area: string) => new VaultError('damaged', `The key of ${area} is not in this profile (any more).`)

const undefinedWhenDamaged = (error: unknown): undefined => {
  if (error instanceof VaultError && error.code === 'damaged') return undefined
  throw error
}

/** Whether the ways to unlock that lie in the open are those that this vault made. */
const isHeaderWhole = async (backend: Backend, ways: () => readonly Way[]): Promise<boolean> => {
  const bytes = await backend.get(HEADER)
  try {
    return bytes !== undefined && sameWays(decodeHeader(bytes).ways, ways())
  } catch (error) {
    return undefinedWhenDamaged(error) ?? false
  }
}
