import { randomBytes } from '../bytes/encoding.ts'
import type { Backend, Name } from './backends/backend.ts'
import { checkValues } from './check.ts'
import { VaultError } from './errors.ts'
import { ATTEMPTS } from './failed-attempts.ts'
import { encodeHeader, HEADER, hasSlots, sealSecrets } from './header.ts'
import { findKey, type KeySlot, passphraseSlot, sealToSlots, type UnsealedSlot } from './key-slots.ts'
import { passphraseParameters } from './passphrase.ts'
import { areaOf, type DigestOf } from './root-record.ts'
import { type NamedWrite, ROOT, type RootedWriter } from './rooted-writer.ts'
import { type Key, type NameOf, type Sealer, sealer } from './sealing.ts'
import { PROFILE, type Vault, type VaultWrite } from './vault.ts'

export interface UnlockedVaultOptions {
  readonly backend: Backend
  readonly names: Uint8Array
  readonly nameOf: NameOf
  readonly digestOf: DigestOf
  readonly writer: RootedWriter
  readonly slots: readonly KeySlot[]
  readonly profileSealer: Sealer
}

/** See `open-vault.ts`. */
export class UnlockedVault implements Vault {
  readonly #options: UnlockedVaultOptions
  #slots: readonly KeySlot[]
  #unlockKey: CryptoKey
  /** By area. */
  readonly #sealers: Map<string, Sealer>
  /** Calls that have begun: `close` waits for them, because they need the keys. */
  readonly #running = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(options: UnlockedVaultOptions) {
    this.#options = options
    this.#slots = options.slots
    this.#unlockKey = options.profileSealer.key
    this.#sealers = new Map([[PROFILE, options.profileSealer]])
  }

  get unlockKey(): CryptoKey {
    return this.#unlockKey
  }

  get(area: string, key: Key): Promise<Uint8Array | undefined> {
    return this.#whileOpen(() => this.#read(area, key))
  }

  range(area: string, prefix: Key, damaged?: (name: Name) => void): Promise<(readonly [key: Key, value: Uint8Array])[]> {
    return this.#whileOpen(async () => {
      const found = await this.#readRange(area, prefix)
      const inOrder = found.sort((one, other) => (one.value?.version ?? 0) - (other.value?.version ?? 0))
      return inOrder.flatMap(({ name, value }) => {
        if (value) return [[value.key, value.value] as const]
        if (!damaged) throw alteredValue(area)
        damaged(name)
        return []
      })
    })
  }

  write(writes: readonly VaultWrite[]): Promise<void> {
    return this.#whileOpen(() => this.#write(writes))
  }

  addArea(area: string): Promise<void> {
    return this.#whileOpen(async () => {
      if (this.#sealers.has(area) || (await this.#read(PROFILE, ['area', area]))) return
      const secret = randomBytes(32)
      await this.#write([{ area: PROFILE, key: ['area', area], value: secret }])
      this.#sealers.set(area, await sealer(secret))
    })
  }

  removeArea(area: string, writes: readonly VaultWrite[] = []): Promise<void> {
    return this.#whileOpen(async () => {
      for (const each of writes) await this.#sealerOf(each.area)
      await this.#replaceKey(async () => this.#slots, area, writes)
    })
  }

  changePassphrase(from: string, to: string): Promise<void> {
    return this.#whileOpen(async () => {
      const { slot } = await findKey(this.#slots, from)
      const replaced = await passphraseSlot(to, passphraseParameters())
      const slots = async () => this.#slots.map((each) => (each.publicKey === slot.publicKey ? replaced : each))
      await this.#replaceKey(slots, undefined, [])
    })
  }

  check(areas: readonly string[] = [], pause = async (): Promise<void> => undefined): Promise<ReadonlySet<string>> {
    return this.#whileOpen(async () => {
      const { backend, nameOf, digestOf, writer } = this.#options
      const known = new Map<string, string>()
      const learn = (area: string) => known.set(areaOf(nameOf([area])), area)
      learn(PROFILE)
      for (const area of areas) learn(area)
      const differing = await checkValues({
        backend,
        digestOf,
        pause,
        settled: () => writer.settled(),
        isExempt: (area) => [HEADER, ROOT, ATTEMPTS].some((name) => area === areaOf(name)),
        sealerOf: async (area) => {
          for (const { value } of await this.#readRange(PROFILE, ['area'])) if (value?.key[1] !== undefined) learn(value.key[1])
          const name = known.get(area)
          return name === undefined ? undefined : this.#sealerOf(name).catch(undefinedWhenDamaged)
        },
      })
      const found = new Set([...differing].map((area) => known.get(area) ?? PROFILE))
      return (await hasSlots(backend, () => this.#slots)) ? found : found.add(PROFILE)
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#options.writer.settled()
    this.#sealers.clear()
    await this.#options.backend.close()
  }

  async #whileOpen<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#closing) throw new VaultError('closed', 'This profile was locked. Unlock it, then try again.')
    const running = call()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  async #sealerOf(area: string): Promise<Sealer> {
    const known = this.#sealers.get(area)
    if (known) return known
    const secret = await this.#read(PROFILE, ['area', area])
    if (!secret) throw noKey(area)
    const made = this.#sealers.get(area) ?? (await sealer(secret))
    this.#sealers.set(area, made)
    return made
  }

  #sealerNow(area: string): Sealer {
    const known = this.#sealers.get(area)
    if (!known) throw noKey(area)
    return known
  }

  /** Reads again if the area's key was replaced meanwhile: old bytes do not open with the new key, nor new bytes with the old one. */
  async #withSealer<T>(area: string, read: (sealer: Sealer) => Promise<{ whole: boolean; found: T }>): Promise<T> {
    for (;;) {
      const used = await this.#sealerOf(area)
      const { whole, found } = await read(used)
      if (whole) return found
      await this.#options.writer.settled()
      if (used === (await this.#sealerOf(area))) return found
    }
  }

  async #read(area: string, key: Key): Promise<Uint8Array | undefined> {
    const { backend, nameOf } = this.#options
    const name = nameOf([area, ...key])
    const { bytes, opened } = await this.#withSealer(area, async (opener) => {
      const bytes = await backend.get(name)
      const opened = bytes && (await opener.open(name, bytes))
      return { whole: !bytes || opened !== undefined, found: { bytes, opened } }
    })
    if (bytes && !opened) throw alteredValue(`${area}/${key.join('/')}`)
    return opened?.value
  }

  /** All values below `prefix`; `value` is undefined if it was altered. */
  #readRange(area: string, prefix: Key) {
    const { backend, nameOf } = this.#options
    return this.#withSealer(area, async (opener) => {
      const stored = await backend.range(nameOf([area, ...prefix]))
      const found = await Promise.all(stored.map(async ([name, bytes]) => ({ name, value: await opener.open(name, bytes) })))
      return { whole: found.every(({ value }) => value), found }
    })
  }

  async #write(writes: readonly VaultWrite[]): Promise<void> {
    for (const { area } of writes) await this.#sealerOf(area)
    await this.#options.writer.write(writes.map((write) => this.#named(write, () => this.#sealerNow(write.area))))
  }

  #named({ area, key, value, fresh }: VaultWrite, sealer: () => Sealer): NamedWrite {
    return { name: this.#options.nameOf([area, ...key]), key, value, fresh, sealer }
  }

  /** Seals all values of the profile under a new key encryption key, in one transaction with removing `removed` and with `writes`. */
  async #replaceKey(
    slotsAfter: () => Promise<readonly UnsealedSlot[]>,
    removed: string | undefined,
    writes: readonly VaultWrite[],
  ): Promise<void> {
    const { backend, names, nameOf, writer } = this.#options
    const next = randomBytes(32)
    const nextSealer = await sealer(next)
    const sealerAfter = (area: string) => (area === PROFILE ? nextSealer : this.#sealerNow(area))
    let slots: readonly KeySlot[] = []
    await writer.replaceKey(
      async () => {
        slots = await sealToSlots(next, await slotsAfter())
        const gone =
          removed === undefined ? [] : [nameOf([PROFILE, 'area', removed]), ...(await backend.names(nameOf([removed])))]
        const profile = await this.#readRange(PROFILE, [])
        const header = encodeHeader({ slots, sealed: await sealSecrets(nextSealer, { names, slots }) })
        return {
          values: [
            // An altered value stays unchanged; the check detects it.
            ...profile.flatMap(({ name, value }) =>
              value ? [{ name, key: value.key, value: value.value, sealer: () => nextSealer }] : [],
            ),
            ...writes.map((write) => this.#named(write, () => sealerAfter(write.area))),
            ...gone.map((name) => ({ name, key: [], value: undefined, sealer: () => nextSealer })),
          ],
          put: [[HEADER, header]],
          rootSealer: nextSealer,
        }
      },
      () => {
        this.#slots = slots
        this.#sealers.set(PROFILE, nextSealer)
        this.#unlockKey = nextSealer.key
        if (removed !== undefined) this.#sealers.delete(removed)
      },
    )
  }
}

const noKey = (area: string) =>
  new VaultError('damaged', `This profile has no key for ${area}. The space was removed, or the profile is damaged.`)

const alteredValue = (where: string) =>
  new VaultError('damaged', `A value on this device was altered or damaged (${where}). Restore it from another device.`)

const undefinedWhenDamaged = (error: unknown): undefined => {
  if (error instanceof VaultError && error.code === 'damaged') return undefined
  throw error
}
