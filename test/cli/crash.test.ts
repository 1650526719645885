import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const TIMES = 15
/** Milliseconds. Each kill takes three starts and up to 1 s of writing. */
const LONGEST = 600_000

it(
  `keeps every acknowledged line whole when killed ${TIMES} times`,
  async () => {
    const script = fileURLToPath(new URL('../../scripts/crash.mjs', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(TIMES)])
    expect(stdout).toMatch(new RegExp(`^${TIMES} kills: .* none lost, none half there\\.\\n$`))
  },
  LONGEST,
)
