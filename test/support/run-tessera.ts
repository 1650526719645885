import { inject } from 'vitest'
import { run } from '../../src/cli/run.ts'

/** The result of a command. */
interface Ended {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface Given {
  /** The standard input; empty by default. */
  readonly input?: string | AsyncIterable<Uint8Array>
  readonly passphrase?: string
  /** The passphrase of archives. */
  readonly archive?: string
}

/** Runs a command of the command line in this process. @param home the folder of the profile */
export const runTessera = async (
  home: string,
  typed: readonly string[],
  { input = '', passphrase = 'correct horse', archive = 'attic' }: Given = {},
): Promise<Ended> => {
  let [out, err] = ['', '']
  const exit = await run(['--home', home, ...typed], {
    console: {
      input: typeof input === 'string' ? inTwoParts(input) : input,
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      awaitEnding: () => new AbortController().signal,
    },
    environment: { TESSERA_PASSPHRASE: passphrase, TESSERA_ARCHIVE_PASSPHRASE: archive },
    examinerThread: inject('examinerThread'),
  })
  return { exit, out, err }
}

/** Splits the input within a line, like chunks from a pipe. */
async function* inTwoParts(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  yield bytes.subarray(0, bytes.length / 2)
  yield bytes.subarray(bytes.length / 2)
}
