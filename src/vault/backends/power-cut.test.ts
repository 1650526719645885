import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { fromUtf8, utf8 } from '../../bytes/encoding.ts'
import { createVault, hasProfile, openVault } from '../open-vault.ts'
import { type ForgetfulLayer, forgetfulLayer, type Leaves } from '../testing/forgetful-layer.ts'
import { PROFILE } from '../vault.ts'
import type { Backend, Write } from './backend.ts'
import { fileBackend } from './file-backend.node.ts'

const FOLDER = 'store'
const LOG = 'store/log'

/** What a power cut may leave of unsynced writes. */
const LEAVES: Record<string, Leaves> = {
  nothing: () => undefined,
  everything: (step) => step,
  ...Object.fromEntries(
    [1, 35, 36, 60, 0.5, -1].map((part) => [
      `the first ${part} of the last write`,
      ((step, place) => {
        if (place > 0 || step.kind === 'truncate') return step
        const { length } = step.bytes
        return { ...step, bytes: step.bytes.subarray(0, part < 0 ? length - 1 : part < 1 ? length * part : part) }
      }) satisfies Leaves,
    ]),
  ),
  'the length, but zeros': (step) => (step.kind === 'write' ? { ...step, bytes: new Uint8Array(step.bytes.length) } : step),
  'the second half': (step) =>
    step.kind === 'write' ? { ...step, bytes: step.bytes.map((byte, at) => (at * 2 < step.bytes.length ? 0 : byte)) } : step,
  'the last write only': (step, place) => (place === 0 ? step : undefined),
}

const ENTRIES: readonly ((index: number) => boolean)[] = [
  () => false,
  () => true,
  (index) => index % 2 === 0,
  (index) => index % 2 === 1,
]

type Shown = ReadonlyMap<string, string>
const shownAs = (bytes: Uint8Array) => `${bytes.length} ${crc32(bytes)}`
const shown = async (backend: Backend): Promise<Shown> =>
  new Map((await backend.range([])).map(([name, bytes]) => [name.map(fromUtf8).join('/'), shownAs(bytes)]))
const sorted = (state: Shown) => JSON.stringify([...state].sort(([one], [other]) => (one < other ? -1 : 1)))

const changedBy = (state: Shown, { put, remove }: Write): Shown => {
  const next = new Map(state)
  for (const name of remove) next.delete(name.map(fromUtf8).join('/'))
  for (const [name, bytes] of put) next.set(name.map(fromUtf8).join('/'), shownAs(bytes))
  return next
}

/** The states before the first write and after each write. */
const statesOf = (start: Shown, writes: readonly Write[]): Shown[] => {
  const states = [start]
  for (const write of writes) states.push(changedBy(states.at(-1) ?? start, write))
  return states
}

const value = (length: number, seed: number) => Uint8Array.from({ length }, (_, at) => at * 7 + seed)

const SIZES = [0, 10, 4096, 5_000, 30_000]

/** Groups of concurrent writes: new names, repeated names, removals, large values. */
const GROUPS: readonly (readonly Write[])[] = Array.from({ length: 22 }, (_, group) =>
  Array.from({ length: 1 + (group % 3) }, (_, index) => {
    const seed = group * 3 + index
    return {
      put: [
        [[utf8('root')], value(40, seed)],
        [[utf8('parts'), utf8(String(seed % 5))], value(SIZES[seed % SIZES.length] ?? 0, seed)],
        [[utf8('parts'), utf8('large')], value(9_000, seed)],
      ],
      remove: seed % 4 === 0 ? [[utf8('parts'), utf8(String((seed + 2) % 5))]] : [],
    } satisfies Write
  }),
)

/** Writes until the power cut. @returns how many writes were acknowledged, and how many were started */
const writeAll = async (layer: ForgetfulLayer, groups: readonly (readonly Write[])[]) => {
  let acknowledged = 0
  let begun = 0
  const acknowledge = () => {
    acknowledged++
  }
  try {
    const backend = await fileBackend(FOLDER, { layer })
    for (const group of groups) {
      begun += group.length
      await Promise.all(group.map((write) => backend.write(write).then(acknowledge)))
    }
    await backend.close()
  } catch (error) {
    expect(error).toMatchObject({ code: 'POWER' })
  }
  return { acknowledged, begun }
}

/** Opens the remains and checks that they are one of these states. */
const reopened = async (layer: ForgetfulLayer, allowed: readonly Shown[], when: string): Promise<Shown> => {
  const backend = await fileBackend(FOLDER, { layer })
  const found = await shown(backend)
  if (!allowed.map(sorted).includes(sorted(found)))
    expect.fail(`${when}: found ${sorted(found)}, expected one of ${allowed.map(sorted).join(' or ')}`)
  expect(backend.damaged()).toEqual([])
  await backend.close()
  return found
}

describe('a power cut', () => {
  it(
    'after any step keeps every write atomic and every acknowledged write',
    async () => {
      const states = statesOf(new Map(), GROUPS.flat())
      const whole = forgetfulLayer()
      await writeAll(whole, GROUPS)
      const written = GROUPS.flat().reduce((sum, { put }) => sum + put.reduce((all, [, bytes]) => all + bytes.length, 0), 0)
      expect(whole.bytes(LOG).length, 'it was compacted').toBeLessThan(written / 2)

      const more: Write = { put: [[[utf8('more')], value(5_000, 1)]], remove: [[utf8('root')]] }
      for (let cut = 0; cut <= whole.steps(); cut++) {
        const layer = forgetfulLayer()
        layer.cutAt(cut)
        const { acknowledged, begun } = await writeAll(layer, GROUPS)
        const unsynced = layer.unsynced()
        for (const [left, leaves] of Object.entries(LEAVES).slice(0, unsynced.files ? undefined : 1)) {
          for (const [entries, leavesEntry] of ENTRIES.slice(0, unsynced.entries ? undefined : 1).entries()) {
            const later = layer.after(leaves, leavesEntry)
            const when = `cut ${cut}, ${left} left, entries ${entries}`
            const found = await reopened(later, states.slice(acknowledged, begun + 1), when)
            expect(await writeAll(later, [[more]]), when).toEqual({ acknowledged: 1, begun: 1 })
            await reopened(later, [changedBy(found, more)], `${when}, and after more`)
          }
        }
      }
    },
    propertyTime(120_000),
  )

  it(
    'soon after a restart of the program loses nothing that was read since',
    async () => {
      const states = statesOf(new Map(), GROUPS.flat())
      const more: Write = { put: [[[utf8('more')], value(5_000, 1)]], remove: [] }
      const whole = forgetfulLayer()
      await writeAll(whole, GROUPS)
      for (let end = 0; end <= whole.steps(); end++) {
        const layer = forgetfulLayer()
        layer.cutAt(end)
        const { acknowledged, begun } = await writeAll(layer, GROUPS)
        layer.cutAt(Number.POSITIVE_INFINITY)
        const backend = await fileBackend(FOLDER, { layer })
        const found = await shown(backend)
        expect(states.slice(acknowledged, begun + 1).map(sorted)).toContain(sorted(found))
        const left = () =>
          layer.after(
            () => undefined,
            () => false,
          )
        await reopened(left(), [found], `ended ${end}`)
        await backend.write(more)
        await reopened(left(), [changedBy(found, more)], `ended ${end}, and after more`)
      }
    },
    propertyTime(120_000),
  )

  it(
    'may occur repeatedly, in any sequence of writes',
    async () => {
      const aWrite = fc.record({
        put: fc.array(
          fc
            .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(0, 1, 4_097, 60_000), fc.nat(255))
            .map(([name, length, seed]) => [[utf8(name)], value(length, seed)] as const),
          { maxLength: 3 },
        ),
        remove: fc.array(
          fc.constantFrom('a', 'b', 'c').map((name) => [utf8(name)]),
          { maxLength: 2 },
        ),
      })
      const aRound = fc.record({
        groups: fc.array(fc.array(aWrite, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        cut: fc.nat(40),
        leaves: fc.constantFrom(...Object.values(LEAVES)),
        leavesEntry: fc.constantFrom(...ENTRIES),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(aRound, { minLength: 1, maxLength: 5 }), async (rounds) => {
          let layer = forgetfulLayer()
          let allowed: Shown[] = [new Map()]
          for (const { groups, cut, leaves, leavesEntry } of rounds) {
            layer.cutAt(cut)
            const { acknowledged, begun } = await writeAll(layer, groups)
            layer = layer.after(leaves, leavesEntry)
            const possible = allowed.flatMap((state) => statesOf(state, groups.flat()).slice(acknowledged, begun + 1))
            allowed = [await reopened(layer, possible, `cut ${cut}`)]
            layer = layer.after(
              () => undefined,
              () => false,
            )
          }
        }),
        { numRuns: propertyRuns(200) },
      )
    },
    propertyTime(120_000),
  )
})

describe('a power cut while a profile is created', () => {
  // The weakest parameters that Argon2id allows, since these tests are not about its cost.
  const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }

  it('leaves a profile that opens, or none, so that it can be created again', { timeout: propertyTime(60_000) }, async () => {
    const whole = forgetfulLayer()
    await createVault(await fileBackend(FOLDER, { layer: whole }), 'correct horse', QUICK)
    for (let end = 0; end <= whole.steps(); end++) {
      const layer = forgetfulLayer()
      layer.cutAt(end)
      const making = async () => createVault(await fileBackend(FOLDER, { layer }), 'correct horse', QUICK)
      await making().catch(() => undefined)
      for (const leaves of Object.values(LEAVES)) {
        const backend = await fileBackend(FOLDER, { layer: layer.after(leaves, () => true) })
        const vault = (await hasProfile(backend))
          ? await openVault(backend, 'correct horse')
          : await createVault(backend, 'correct horse', QUICK)
        expect(await vault.get(PROFILE, ['words', 'public']), `cut at ${end}`).toHaveLength(32)
      }
    }
  })
})
