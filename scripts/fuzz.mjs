/**
 * `npm run fuzz [-- COUNT [SEED]]`: starts the server and sends it COUNT (100,000) malformed and aborted requests. Fails if the
 * process ends, answers 500, or keeps descriptors or memory afterwards. Ends with one line of totals.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { sendHostileRequests } from './hostile-requests.mjs'
import { at, ensureInstalled, ensureNodeBuilt, requireNode } from './prepare.mjs'

const COUNT = 100_000
/** Connections at a time: more than the relay admits from one address, fewer than the server accepts. */
const WIDTH = 200
/** Requests before the first measurement: code is compiled and pools are filled by then. */
const WARM_UP = 1_000
/** Requests after which the server must answer an ordinary one. */
const CHECK_EVERY = 500
/** Megabytes that memory may differ: the heap is not collected on demand. */
const MEMORY_SLACK = 48
/** Milliseconds in which everything that a client left open must be closed. */
const SETTLES_WITHIN = 60_000
/** Megabytes of heap, so that a leak ends the process early. */
const HEAP = 96
/** Bytes of a file that no socket buffer takes whole. */
const LARGE = 8 * 1024 * 1024

const numberFrom = (text, otherwise, name) => {
  const number = Number(text ?? otherwise)
  if (Number.isInteger(number) && number >= 1) return number
  console.error(`${name} is a whole number from 1 on, got "${text}": npm run fuzz -- ${COUNT}`)
  process.exit(2)
}
const count = numberFrom(process.argv[2], COUNT, 'COUNT')
const seed = numberFrom(process.argv[3], 1 + Math.floor(Math.random() * 2 ** 31), 'SEED')
requireNode()
ensureInstalled()
ensureNodeBuilt()

/** A copy of the server with files of its own, so that no build of the app is needed. */
const prepareServer = () => {
  mkdirSync(at('build/fuzz/node'), { recursive: true })
  mkdirSync(at('build/fuzz/app/assets'), { recursive: true })
  for (const file of readdirSync(at('build/node'))) {
    if (file.endsWith('.js')) copyFileSync(at(`build/node/${file}`), at(`build/fuzz/node/${file}`))
  }
  writeFileSync(at('build/fuzz/app/index.html'), '<!doctype html><title>Tessera</title>')
  writeFileSync(at('build/fuzz/app/assets/page.js'), '0'.repeat(64))
  writeFileSync(at('build/fuzz/app/assets/large.wasm'), Buffer.alloc(LARGE, 7))
}

const startServer = async () => {
  prepareServer()
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', PUBLIC_URL: '', METRICS_TOKEN: '' }
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, at('build/fuzz/node/relay.js')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, port: Number(new URL(line).port), errors: () => errors }
}

/** What the process holds, where the system tells. */
const holdings = ({ child }) => {
  if (process.platform !== 'linux') return { descriptors: 0, megabytes: 0 }
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  return { descriptors: readdirSync(`/proc/${child.pid}/fd`).length, megabytes: Math.round(Number(kilobytes) / 1024) }
}

const ordinaryRequest = async ({ port, child, errors }) => {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}.\n${errors()}`)
  }
  const { status } = await fetch(`http://127.0.0.1:${port}/health`, { headers: { Connection: 'close' } })
  if (status !== 200) throw new Error(`/health answered ${status}.`)
}

/** Waits until the server holds no more than `before`. */
const settle = async (server, before) => {
  const end = Date.now() + SETTLES_WITHIN
  for (;;) {
    const after = holdings(server)
    if (after.descriptors <= before.descriptors && after.megabytes <= before.megabytes + MEMORY_SLACK) return after
    if (Date.now() > end) {
      throw new Error(
        `Before: ${before.descriptors} descriptors, ${before.megabytes} MB. After: ${after.descriptors} descriptors, ${after.megabytes} MB.`,
      )
    }
    await wait(200)
  }
}

const server = await startServer()
const began = Date.now()
const send = (requests, from) =>
  sendHostileRequests({
    port: server.port,
    count: requests,
    seed: from,
    width: WIDTH,
    progressed: async (number) => {
      if (number % CHECK_EVERY === 0) await ordinaryRequest(server)
      if (number % 10_000 === 0) console.error(`${number} requests, ${holdings(server).megabytes} MB …`)
    },
  })
let [before, after, answers, failure] = [undefined, undefined, new Map(), undefined]
try {
  const idle = holdings(server)
  await send(Math.min(WARM_UP, count), seed + 1)
  before = await settle(server, { ...idle, megabytes: Number.POSITIVE_INFINITY })
  answers = await send(count, seed)
  after = await settle(server, { ...before, descriptors: idle.descriptors })
  await ordinaryRequest(server)
  if (answers.has(500)) throw new Error(`${answers.get(500)} requests were answered with 500.\n${server.errors()}`)
} catch (error) {
  failure = error
  console.error(`${error.message}\nRepeat with: npm run fuzz -- ${count} ${seed}`)
}
server.child.kill()
const statuses = [...answers].sort(([one], [other]) => one - other).map(([status, times]) => `${status} × ${times}`)
console.log(
  failure
    ? `${count} requests: failed.`
    : `${count} requests in ${Math.round((Date.now() - began) / 1000)} s (seed ${seed}): alive; ${before.descriptors} descriptors before, ${after.descriptors} after; ${before.megabytes} MB before, ${after.megabytes} MB after; ${statuses.join(', ')}`,
)
process.exitCode = failure ? 1 : 0
