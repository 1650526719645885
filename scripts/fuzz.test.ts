import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const COUNT = 2_000
/** Milliseconds: the server is built, and several requests wait for an answer that never comes. */
const LONGEST = 300_000

it(
  `the server survives ${COUNT} malformed and aborted requests without leaking`,
  async () => {
    const script = fileURLToPath(new URL('fuzz.mjs', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(COUNT)])
    expect(stdout).toContain(': alive; ')
  },
  LONGEST,
)
