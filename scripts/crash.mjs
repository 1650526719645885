/**
 * `npm run crash [-- COUNT]`: kills the command line while it commits, COUNT times (300), and looks each time whether every line
 * that was answered is there whole and none is half there. Ends with one line of totals. Plain JavaScript, like everything that
 * is run by hand.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, ensureInstalled, ensureNodeBuilt, requireNode } from './prepare.mjs'

const TIMES = 300
/** Records that one line makes; all of them bear the line's number. */
const RECORDS = 3
/** Lines after which another space is begun, so that each start takes about as long. */
const SPACE_FULL = 3_000
/** Milliseconds within which the process is killed, from its first answer on. */
const LONGEST = 400
/** One in so many is killed before its first answer: while it starts. */
const EARLY = 8
const EARLIEST = 700
/** Kills after which it is told how far it is. */
const TOLD_EVERY = 25

const ENVIRONMENT = { ...process.env, TESSERA_PASSPHRASE: 'a passphrase for crashes' }

/** Starts the command line; the bundle is run itself, so that the signal reaches what writes. */
const start = (home, parameters) =>
  spawn(process.execPath, [at('build/node/tessera.js'), '--home', home, ...parameters], { env: ENVIRONMENT })

/** @returns what it printed; throws when it fails */
const run = (home, parameters, input = '') =>
  new Promise((resolve, reject) => {
    const child = start(home, parameters)
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`tessera ${parameters[0]} ended with ${code}: ${err}`)),
    )
    child.stdin.end(input)
  })

const lineOf = (number) =>
  JSON.stringify([
    ...Array.from({ length: RECORDS }, (_, part) => ({
      do: 'create-record',
      table: 'Lines',
      values: { Line: number, Part: part, Text: `${number}/${part} ${'x'.repeat((number * 37 + part) % 500)}` },
    })),
    { do: 'set', table: 'Last', record: LAST, field: 'Line', value: number },
  ])

/** The one record of the table that says which line was written last. */
const LAST = 'aaaaaaaaaaaaaaaaaaaaaaaaaa'

const TABLES = [
  {
    do: 'create-table',
    name: 'Lines',
    fields: [
      { name: 'Line', type: 'number' },
      { name: 'Part', type: 'number' },
      { name: 'Text', type: 'text' },
    ],
  },
  { do: 'create-table', name: 'Last', fields: [{ name: 'Line', type: 'number' }] },
  { do: 'create-record', id: LAST, table: 'Last', values: { Line: 0 } },
]

/** Commits lines from `first` on until it is killed. @returns the lines that were answered, and how many were sent */
const commitUntilKilled = (home, space, first) =>
  new Promise((resolve, reject) => {
    const child = start(home, ['commit', space])
    let [sent, answers, err, killed] = [0, '', '', false]
    const kill = () => {
      killed = true
      child.kill('SIGKILL')
    }
    const early = Math.random() * EARLY < 1
    let timer = early ? setTimeout(kill, Math.random() * EARLIEST) : undefined
    const feed = () => {
      while (!killed) {
        sent += 1
        if (!child.stdin.write(`${lineOf(first + sent - 1)}\n`)) return
      }
    }
    child.stdin.on('drain', feed)
    // It is killed while more is on its way.
    child.stdin.on('error', () => undefined)
    child.stdout.on('data', (data) => {
      answers += data
      timer ??= setTimeout(kill, Math.random() * LONGEST)
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('close', () => {
      clearTimeout(timer)
      // What stands behind the last end of a line was broken off.
      const answered = answers.split('\n').slice(0, -1)
      if (!killed || err !== '') return reject(new Error(`The command line was not killed, it ended: ${err}`))
      if (answered.some((line) => !/^ok [0-9a-f]{64}$/.test(line)))
        return reject(new Error(`A strange answer: ${answers.slice(-200)}`))
      resolve({ answered: answered.length, sent })
    })
    feed()
  })

/** Numbers of the lines that are there, in order. @throws when one of them is not whole, or not what was sent */
const readBack = async (home, space) => {
  const file = `${home}.json`
  await run(home, ['export', space, file, '--format', 'json', '--force'])
  const { tables } = JSON.parse(readFileSync(file, 'utf8'))
  const rowsOf = (name) => tables.find(({ key }) => key === name).records.map(({ values }) => values)
  const rows = rowsOf('Lines')
  const [last] = rowsOf('Last')
  const parts = new Map()
  for (const { Line, Part, Text } of rows) {
    const [expected] = JSON.parse(lineOf(Line)).filter(({ values }) => values?.Part === Part)
    if (expected?.values.Text !== Text) throw new Error(`Line ${Line}, part ${Part} reads otherwise than it was sent.`)
    parts.set(Line, (parts.get(Line) ?? 0) + 1)
  }
  for (const [line, count] of parts)
    if (count !== RECORDS) throw new Error(`Line ${line} is there with ${count} of ${RECORDS} records.`)
  const lines = [...parts.keys()].sort((one, other) => one - other)
  lines.forEach((line, index) => {
    if (line !== index + 1) throw new Error(`Line ${index + 1} is missing, and ${line} is there.`)
  })
  if (last?.Line !== lines.length) throw new Error(`The last line is said to be ${last?.Line}, and ${lines.length} are there.`)
  return lines.length
}

const times = Number(process.argv[2] ?? TIMES)
if (!Number.isInteger(times) || times < 1) {
  console.error(`How many times? "${process.argv[2]}" is no whole number from 1 on: npm run crash -- 300`)
  process.exit(2)
}
requireNode()
ensureInstalled()
ensureNodeBuilt()

const folder = mkdtempSync(join(tmpdir(), 'tessera-crash-'))
const home = join(folder, 'home')
const totals = { kills: 0, answered: 0, kept: 0 }
let failure
try {
  await run(home, ['init'])
  let [space, there] = ['', SPACE_FULL]
  for (let time = 0; time < times; time++) {
    if (there >= SPACE_FULL) {
      space = (await run(home, ['new-space', `Crash ${time}`])).trim()
      await run(home, ['commit', space], `${JSON.stringify(TABLES)}\n`)
      there = 0
    }
    const { answered } = await commitUntilKilled(home, space, there + 1)
    totals.kills += 1
    totals.answered += answered
    const now = await readBack(home, space)
    if (now < there + answered)
      throw new Error(`${answered} lines were answered after the ${there} before, and ${now} are there.`)
    totals.kept += now - there - answered
    there = now
    if (totals.kills % TOLD_EVERY === 0) console.error(`${totals.kills} kills, ${totals.answered} lines answered …`)
  }
  const verified = await run(home, ['verify'])
  if (verified !== '') console.error(verified)
} catch (error) {
  failure = error
  console.error(`${error.message}\nIt was left in ${home}.`)
}
if (!failure) rmSync(folder, { recursive: true })
console.log(
  `${totals.kills} kills: ${totals.answered} lines were answered and are there whole, ${totals.kept} more were written and not answered yet; ${failure ? 'then something was lost' : 'none lost, none half there'}.`,
)
process.exitCode = failure ? 1 : 0
