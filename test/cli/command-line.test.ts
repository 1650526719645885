import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSqlite } from '../../src/query/sqlite/sqlite.ts'
import { type Given, runTessera } from '../support/run-tessera.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-cli-'))
  expect(await tessera(['init', '--name', 'Cellar'])).toMatchObject({ exit: 0, out: '' })
})
afterAll(() => rm(folder, { recursive: true }))

const home = () => join(folder, 'home')

const tessera = (typed: readonly string[], { at = home(), ...given }: Given & { readonly at?: string } = {}) =>
  runTessera(at, typed, given)

/** Milliseconds. Each of a dozen commands derives a key from the passphrase. */
const STORY = 180_000

const lines = (...edits: readonly unknown[]) => edits.map((edit) => `${JSON.stringify(edit)}\n`).join('')

describe('the command line rejects', () => {
  it.each([
    [['dance'], 2, 'There is no command "dance".'],
    [['spaces', '--loudly'], 2, '--loudly'],
    [['spaces', '--stop'], 2, '"spaces" has no option --stop.'],
    [['schema'], 2, '"schema" lacks SPACE'],
    [['schema', 'a', 'b'], 2, 'does not know what to do with "b"'],
    [['export', 'Lab', 'out', '--format', 'xml'], 2, '--format is csv, json or sqlite.'],
    [['at', 'Lab', 'yesterday', 'SELECT 1'], 2, 'got "yesterday"'],
    [['schema', 'Nowhere'], 1, 'There is no space "Nowhere" here.'],
    [['init'], 1, 'There is a profile'],
    [['new-space', 'Garden', '--template', 'roses'], 1, 'There is no template "roses". There are blank, plural-system'],
  ])('%j', async (typed, exit, message) => {
    const answer = await tessera(typed)
    expect(answer).toMatchObject({ exit, out: '' })
    expect(answer.err).toContain(message)
  })

  it('a missing or wrong passphrase', async () => {
    expect(await tessera(['spaces'], { passphrase: '' })).toMatchObject({ exit: 3, out: '' })
    expect(await tessera(['spaces'], { passphrase: 'wrong' })).toMatchObject({ exit: 3, out: '' })
  })

  it('a folder without a profile', async () => {
    expect(await tessera(['spaces'], { at: join(folder, 'nothing') })).toMatchObject({ exit: 4, out: '' })
    expect(await readdir(folder)).not.toContain('nothing')
  })
})

it('prints help with every command', async () => {
  const { exit, out } = await tessera(['--help'])
  expect(exit).toBe(0)
  for (const name of [
    'init',
    'spaces',
    'new-space',
    'copy',
    'import',
    'schema',
    'commit',
    'query',
    'at',
    'history',
    'export',
    'verify',
    'archive',
    'look',
  ])
    expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
})

it('distinguishes spaces of the same name by id', async () => {
  const [one, other] = [(await tessera(['new-space', 'Twin'])).out.trim(), (await tessera(['new-space', 'Twin'])).out.trim()]
  const { exit, err } = await tessera(['schema', 'twin'])
  expect(exit).toBe(1)
  expect(err).toContain(one)
  expect(err).toContain(other)
  expect(JSON.parse((await tessera(['schema', one, '--json'])).out)).toMatchObject({ id: one, name: 'Twin', tables: [] })
})

it('answers lines in order, reports rejected ones, and continues', async () => {
  await tessera(['new-space', 'Lab', '--template', 'machine-inventory'])
  const machine = (Name: string) => ({ do: 'create-record', table: 'Machines', values: { Name } })
  const input = `${lines(machine('atlas'), [machine('bor'), machine('ATLAS')])}nonsense\n\n${lines({ do: 'set' }, machine('cygnus'))}`
  const { exit, out, err } = await tessera(['commit', 'Lab'], { input })
  expect(exit).toBe(1)
  expect(out).toMatch(/^ok [0-9a-f]{64}\nok [0-9a-f]{64}\n$/)
  expect(
    err
      .split('\n')
      .slice(0, 3)
      .map((line) => line.split(': ').slice(0, 2).join(': ')),
  ).toEqual(['line 2: not-unique', 'line 3: bad-json', 'line 5: bad-edit'])
})

it('stops at the first rejected line with --stop', async () => {
  const { exit, out } = await tessera(['commit', 'Lab', '--stop'], {
    input: lines(
      { do: 'create-record', table: 'People', values: { Name: 'Kim' } },
      { do: 'dance' },
      { do: 'update-space', name: 'No' },
    ),
  })
  expect(exit).toBe(1)
  expect(out).toMatch(/^ok [0-9a-f]{64}\n$/)
  expect((await tessera(['spaces'])).out).toContain('\tLab\n')
})

it('creates a table and its records in one line', async () => {
  await tessera(['new-space', 'Fresh'])
  const input = lines([
    { do: 'create-table', name: 'Lines', fields: [{ name: 'Line', type: 'number', unique: true }] },
    { do: 'create-record', table: 'Lines', values: { Line: 1 } },
  ])
  expect(await tessera(['commit', 'Fresh'], { input })).toMatchObject({ exit: 0, err: '' })
})

it(
  'copies a space without its history',
  async () => {
    await tessera(['new-space', 'Shed'])
    const input = lines(
      { do: 'create-table', name: 'Tools', fields: [{ name: 'Tool', type: 'text' }] },
      { do: 'create-record', id: 'a'.repeat(26), table: 'Tools', values: { Tool: 'Axe' } },
      { do: 'set', table: 'Tools', record: 'a'.repeat(26), field: 'Tool', value: 'Adze' },
    )
    expect(await tessera(['commit', 'Shed'], { input })).toMatchObject({ exit: 0 })
    const { exit, out } = await tessera(['copy', 'shed', 'Shed, again'])
    expect(exit).toBe(0)
    expect((await tessera(['spaces'])).out).toContain(`${out.trim()}\tShed, again\n`)
    const sql = 'SELECT _id, Tool FROM Tools'
    expect((await tessera(['query', 'Shed, again', sql])).out).toBe((await tessera(['query', 'Shed', sql])).out)
    const whats = JSON.parse((await tessera(['history', out.trim()])).out).map(({ what }: { what: string }) => what)
    expect(new Set(whats)).toEqual(new Set(['copy', 'update-space']))
    expect(await tessera(['copy', 'Shed', ''])).toMatchObject({ exit: 1, out: '' })
  },
  STORY,
)

it(
  'archives a space to a file and reads it without a profile',
  async () => {
    await tessera(['new-space', 'Attic'])
    const record = 'e'.repeat(26)
    await tessera(['commit', 'Attic'], {
      input: lines(
        { do: 'create-table', name: 'Boxes', fields: [{ name: 'Box', type: 'text' }] },
        { do: 'create-record', id: record, table: 'Boxes', values: { Box: 'Letters' } },
      ),
    })
    const before = String(Math.floor(Date.now() / 1000))
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await tessera(['commit', 'Attic'], {
      input: lines({ do: 'set', table: 'Boxes', record, field: 'Box', value: 'Maps' }),
    })
    const file = join(folder, 'attic.tessera-archive')
    expect(await tessera(['archive', 'attic', file], { archive: '' })).toMatchObject({ exit: 3, out: '' })
    expect(await tessera(['archive', 'attic', file])).toMatchObject({ exit: 0, out: '' })
    expect(await tessera(['archive', 'attic', file])).toMatchObject({ exit: 1, out: '' })
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([])

    // Without a profile and its passphrase.
    const look = (typed: readonly string[], given: { archive?: string } = {}) =>
      tessera(['look', ...typed], { at: join(folder, 'nowhere'), passphrase: '', ...given })
    const sql = 'SELECT Box FROM Boxes'
    expect(JSON.parse((await look([file, sql])).out)).toEqual([{ Box: 'Maps' }])
    expect((await look([file, sql, '--at', before, '--csv'])).out).toBe('Box\r\nLetters\r\n')
    expect(JSON.parse((await look([file, '--schema'])).out)).toMatchObject({ name: 'Attic', tables: [{ name: 'Boxes' }] })
    const history = JSON.parse((await look([file, '--history'])).out)
    expect(history[0]).toMatchObject({ what: 'set', did: 'changed' })
    expect(history).toEqual(JSON.parse((await tessera(['history', 'Attic'])).out))
    expect(await readdir(folder)).not.toContain('nowhere')

    const damaged = join(folder, 'damaged')
    const bytes = await readFile(file)
    await writeFile(damaged, bytes.subarray(0, bytes.length - 3))
    const newer = Buffer.from(bytes)
    newer[15] = 9
    await writeFile(join(folder, 'newer'), newer)
    for (const [typed, exit, message, archive] of [
      [[file, sql], 3, 'does not open the archive', 'cellar'],
      [[file, sql], 3, 'TESSERA_ARCHIVE_PASSPHRASE', ''],
      [[damaged, sql], 6, 'its end is missing', 'attic'],
      [[join(folder, 'newer'), sql], 6, 'its header was altered', 'attic'],
      [[join(folder, 'none'), sql], 1, 'cannot be read', 'attic'],
      [[new URL('../../package.json', import.meta.url).pathname, sql], 1, 'not an archive of Tessera', 'attic'],
      [[file], 2, 'Pass either SQL, or --history, or --schema.', 'attic'],
      [[file, sql, '--history'], 2, 'Pass either SQL, or --history, or --schema.', 'attic'],
      [[file, '--history', '--at', before], 2, '--at goes with SQL', 'attic'],
      [[file, 'SELECT nothing'], 1, 'nothing', 'attic'],
    ] as const) {
      const answer = await look(typed, { archive })
      expect(answer, answer.err).toMatchObject({ exit, out: '' })
      expect(answer.err).toContain(message)
    }
  },
  STORY,
)

it(
  'imports CSV, edits, exports to every format and verifies',
  async () => {
    const file = join(folder, 'plants.csv')
    await writeFile(file, 'Plant,Height\n"Bean, broad",120\nKale,60\n')
    await tessera(['new-space', 'Garden'])
    expect(await tessera(['import', 'garden', file])).toMatchObject({ exit: 0, err: '2 records were imported into "plants".\n' })
    expect((await tessera(['import', 'garden', join(folder, 'none.csv')])).exit).toBe(1)
    await tessera(['commit', 'garden'], {
      input: lines({ do: 'create-record', table: 'plants', values: { Plant: 'Leek "Musselburgh"' } }),
    })

    const entries = JSON.parse((await tessera(['history', 'garden', '--json'])).out)
    expect(entries[0]).toMatchObject({ what: 'create-record', did: 'made' })
    expect(entries.length).toBeGreaterThan(2)

    const sql = 'SELECT Plant, Height FROM plants WHERE Height > 50 ORDER BY Height'
    expect(JSON.parse((await tessera(['query', 'garden', sql])).out)).toEqual([
      { Plant: 'Kale', Height: 60 },
      { Plant: 'Bean, broad', Height: 120 },
    ])
    expect((await tessera(['query', 'garden', sql, '--csv'])).out).toBe('Plant,Height\r\nKale,60\r\n"Bean, broad",120\r\n')
    expect(await tessera(['query', 'garden', sql, '--limit', '1'])).toMatchObject({ exit: 0 })
    expect(await tessera(['query', 'garden', 'SELECT nothing'])).toMatchObject({ exit: 1, out: '' })
    const now = new Date().toISOString()
    expect(JSON.parse((await tessera(['at', 'garden', now, 'SELECT count(*) AS n FROM plants'])).out)).toEqual([{ n: 3 }])
    expect(await tessera(['at', 'garden', '2001-01-01', sql])).toMatchObject({ exit: 1, out: '' })

    const out = join(folder, 'out')
    expect(await tessera(['export', 'garden', out, '--format', 'csv'])).toMatchObject({ exit: 0, out: '' })
    const csv = await readFile(join(out, 'plants.csv'), 'utf8')
    expect([await modeOf(out), await modeOf(join(out, 'plants.csv'))]).toEqual([0o700, 0o600])
    expect(csv.replace(/^[a-z2-7]{26},/gm, '')).toBe(
      '_id,Plant,Height\r\n"Bean, broad",120\r\nKale,60\r\n"Leek ""Musselburgh""",\r\n',
    )
    expect((await tessera(['export', 'garden', out, '--format', 'csv'])).exit).toBe(1)
    expect((await tessera(['export', 'garden', out, '--format', 'csv', '--force'])).exit).toBe(0)
    expect((await tessera(['export', 'garden', folder, '--format', 'csv', '--force'])).err).toContain('was not replaced')

    const json = join(folder, 'garden.json')
    await tessera(['export', 'garden', json, '--format', 'json'])
    expect(await modeOf(json)).toBe(0o600)
    const { format, tables } = JSON.parse(await readFile(json, 'utf8'))
    expect([format, tables[0].records.map(({ values }: { values: unknown }) => values)]).toEqual([
      'tessera-export',
      [{ Plant: 'Bean, broad', Height: 120 }, { Plant: 'Kale', Height: 60 }, { Plant: 'Leek "Musselburgh"' }],
    ])

    const sqlite = join(folder, 'garden.sqlite')
    await tessera(['export', 'garden', sqlite, '--format', 'sqlite'])
    expect(await rowsIn(sqlite, 'SELECT Plant, Height FROM plants ORDER BY Height')).toEqual([
      ['Leek "Musselburgh"', null],
      ['Kale', 60],
      ['Bean, broad', 120],
    ])
    expect(await tessera(['verify'])).toMatchObject({ exit: 0, out: '' })
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([])
  },
  STORY,
)

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

/** Rows of a database file. */
const rowsIn = async (path: string, sql: string): Promise<unknown> => {
  const sqlite = await loadSqlite()
  const bytes = new Uint8Array(await readFile(path))
  const database = new sqlite.oo1.DB(':memory:')
  const pointer = sqlite.wasm.allocFromTypedArray(bytes)
  const flags = sqlite.capi.SQLITE_DESERIALIZE_FREEONCLOSE
  database.checkRc(sqlite.capi.sqlite3_deserialize(database.pointer as never, 'main', pointer, bytes.length, bytes.length, flags))
  try {
    return database.exec({ sql, rowMode: 'array', returnValue: 'resultRows' })
  } finally {
    database.close()
  }
}
