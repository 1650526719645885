import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAGIC } from '../../src/vault/backends/file/log-record.node.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { runTessera } from '../support/run-tessera.ts'

const SPACES = ['Garden', 'Workshop']
/** Milliseconds. Each command derives a key from the passphrase. */
const LONGEST = 180_000

let folder: string
const home = () => join(folder, 'home')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-damage-'))
  await runTessera(home(), ['init', '--name', 'Cellar'])
  for (const space of SPACES) {
    await runTessera(home(), ['new-space', space])
    const edits = [
      { do: 'create-table', name: 'Things', fields: [{ name: 'Name', type: 'text' }] },
      ...['Spade', 'Rake', 'Saw'].map((Name) => ({ do: 'create-record', table: 'Things', values: { Name } })),
    ]
    await runTessera(home(), ['commit', space], { input: `${JSON.stringify(edits)}\n` })
  }
}, LONGEST)
afterAll(() => rm(folder, { recursive: true }))

const namesIn = (at: string, space: string) => runTessera(at, ['query', space, 'SELECT Name FROM Things ORDER BY Name'])

/** A copy of the profile with a log modified by `change`. */
const changed = async (change: (log: Buffer) => Buffer): Promise<string> => {
  const at = await mkdtemp(join(folder, 'copy-'))
  await cp(home(), at, { recursive: true })
  const log = join(at, 'log')
  await writeFile(log, change(await readFile(log)))
  return at
}

describe('a profile on disk', () => {
  it(
    'with any bit flipped is reported as damaged if that matters, and never shows wrong data',
    async () => {
      const { length } = await readFile(join(home(), 'log'))
      const whole = [{ Name: 'Rake' }, { Name: 'Saw' }, { Name: 'Spade' }]
      await fc.assert(
        fc.asyncProperty(fc.nat(length - 1), fc.integer({ min: 0, max: 7 }), async (place, bit) => {
          const at = await changed((log) => {
            log.writeUInt8(log.readUInt8(place) ^ (1 << bit), place)
            return log
          })
          const looked = await runTessera(at, ['verify'])
          const answers = [await namesIn(at, 'Garden'), await namesIn(at, 'Workshop')]
          for (const { exit, out } of answers) if (exit === 0) expect(JSON.parse(out)).toEqual(whole)
          // Damage in data that is no longer used, such as a replaced value, may go unnoticed.
          const harmless = answers.every(({ exit }) => exit === 0)
          const told = `Bit ${bit} of byte ${place}: ${looked.out}${looked.err}`
          expect(harmless ? [0, 6] : [6, 7], told).toContain(looked.exit)
          await rm(at, { recursive: true })
        }),
        { numRuns: propertyRuns(10) },
      )
    },
    LONGEST,
  )

  it(
    'that another process has open, or that a newer version wrote, is not touched, each with its own exit code',
    async () => {
      let finish: () => void = () => undefined
      let begun: () => void = () => undefined
      const running = new Promise<void>((resolve) => {
        begun = resolve
      })
      const typing = async function* (): AsyncGenerator<Uint8Array> {
        begun()
        await new Promise<void>((resolve) => {
          finish = resolve
        })
      }
      const first = runTessera(home(), ['commit', 'Garden'], { input: typing() })
      await running
      const second = await runTessera(home(), ['spaces'])
      expect(second).toMatchObject({ exit: 5, out: '' })
      expect(second.err).toContain('in-use')
      finish()
      expect((await first).exit).toBe(0)

      const at = await changed((log) => {
        // The version is the last character of the magic.
        log.writeUInt8(log.readUInt8(MAGIC.length - 1) + 1, MAGIC.length - 1)
        return log
      })
      const newer = await runTessera(at, ['spaces'])
      expect(newer).toMatchObject({ exit: 7, out: '' })
      expect(newer.err).toContain('newer')
    },
    LONGEST,
  )
})
