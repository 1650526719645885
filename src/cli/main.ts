/** The process that `npm run -s tessera` ends in. */
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

/** What a shell says of a process that was told to end, beside the signal's number. */
const SIGNALLED = 128
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

const ending = new AbortController()
let signalled: number | undefined

/** From then on a signal does not break off what is under way. */
const awaitSignals = (): AbortSignal => {
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.once(name, () => {
      signalled = SIGNALLED + number
      ending.abort()
      // What waits for more input waits no longer.
      process.stdin.destroy()
    })
  }
  return ending.signal
}

// Whoever reads what is printed may go away: what is under way is finished, nothing more is said.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => ending.abort())

const exit = await run(process.argv.slice(2), {
  console: {
    input: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    awaitEnding: awaitSignals,
  },
  environment: process.env,
  // Built beside this file.
  examinerThread: fileURLToPath(new URL('examiner-thread.js', import.meta.url)),
})
process.exitCode = signalled ?? exit
process.stdin.destroy()
