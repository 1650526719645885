/**
 * `npm run crash [-- COUNT]`: kills the command line during commits, COUNT times (300). After each kill it checks that every
 * acknowledged line is stored completely and that no line is stored in part. Prints one line of totals at the end.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, ensureInstalled, ensureNodeBuilt, requireNode } from './prepare.mjs'

const TIMES = 300
/** Records per line; each one contains the number of the line. */
const RECORDS = 3
/** Lines per space. A new space is then created, so that start times stay comparable. */
const SPACE_FULL = 3_000
/** Maximum milliseconds between the first answer and the kill. */
const LONGEST = 400
/** One in this many processes is killed during its start, before the first answer. */
const EARLY = 8
const EARLIEST = 700
/** Kills between two lines of progress output. */
const PROGRESS_EVERY = 25

const ENVIRONMENT = { ...process.env, TESSERA_PASSPHRASE: 'a passphrase for crashes' }

/** Starts the command line. Runs the bundle itself, so that the signal reaches the process that writes. */
const start = (home, parameters) =>
  spawn(process.execPath, [at('build/node/tessera.js'), '--home', home, ...parameters], { env: ENVIRONMENT })

/** @returns its standard output; rejects if it fails */
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

/** The record that contains the number of the last line. */
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

/** Commits lines from `first` on until the process is killed. @returns the number of acknowledged lines, and of lines sent */
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
    // The process is killed while lines are in transit.
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
      // Text after the last line end is an incomplete line.
      const answered = answers.split('\n').slice(0, -1)
      if (!killed || err !== '') return reject(new Error(`The command line was not killed, it ended: ${err}`))
      if (answered.some((line) => !/^ok [0-9a-f]{64}$/.test(line)))
        return reject(new Error(`A strange answer: ${answers.slice(-200)}`))
      resolve({ answered: answered.length, sent })
    })
    feed()
  })

/** The number of stored lines. @throws if a line is incomplete or differs from what was sent */
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
    if (totals.kills % PROGRESS_EVERY === 0) console.error(`${totals.kills} kills, ${totals.answered} lines answered …`)
  }
  const verified = await run(home, ['verify'])
  if (verified !== '') console.error(verified)
} catch (error) {
  failure = error
  console.error(`${error.message}\nThe profile was kept in ${home}.`)
}
if (!failure) rmSync(folder, { recursive: true })
console.log(
  `${totals.kills} kills: ${totals.answered} lines were answered and are there whole, ${totals.kept} more were written and not answered yet; ${failure ? 'then something was lost' : 'none lost, none half there'}.`,
)
process.exitCode = failure ? 1 : 0
