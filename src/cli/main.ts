/** The entry point of the command line. */
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

/** Added to the signal's number for the exit code, as shells do. */
const SIGNALLED = 128
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

const ending = new AbortController()
let signalled: number | undefined

/** Handles signals from now on, so that work in progress is completed. */
const awaitSignals = (): AbortSignal => {
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.once(name, () => {
      signalled = SIGNALLED + number
      ending.abort()
      // Stop waiting for input.
      process.stdin.destroy()
    })
  }
  return ending.signal
}

// If the reader of the output closes it, complete work in progress and stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => ending.abort())

const exit = await run(process.argv.slice(2), {
  console: {
    input: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    awaitEnding: awaitSignals,
  },
  environment: process.env,
  // Both files are built into the same folder.
  examinerThread: fileURLToPath(new URL('examiner-thread.js', import.meta.url)),
})
process.exitCode = signalled ?? exit
process.stdin.destroy()
