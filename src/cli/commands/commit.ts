import type { CommitResult, SpaceId } from '../../engine/api/engine.ts'
import { messageOf } from '../../engine/api/failure.ts'
import type { Call, Command } from '../command.ts'
import { countedDone } from '../counted.ts'
import { codeOf, EXIT } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { linesOf } from '../lines.ts'
import { readEdits } from '../read-edits.ts'

/** Maximum number of lines in progress. Concurrent transactions are written to disk together. */
const UNDER_WAY = 256
/** Maximum characters of lines in progress, to limit memory. */
const CHARACTERS = 8_000_000

/** Printed after `ok` for a line that changed nothing. */
const UNCHANGED = 'unchanged'

export const commit: Command = {
  takes: ['SPACE'],
  options: ['stop'],
  does: 'reads edits as JSON from standard input, a transaction a line, and prints "ok HASH" for each that is safe on disk',
  async run(call) {
    const {
      engine,
      console,
      given: [meant = ''],
      options,
    } = call
    const space = await findSpace(engine, meant)
    const refused = options.stop ? await oneByOne(call, space) : await manyAtOnce(call, space)
    if (refused > 0) console.err(`${countedDone(refused, 'line')} refused.\n`)
    return refused > 0 ? EXIT.failed : EXIT.done
  },
}

const send = async ({ engine }: Call, space: SpaceId, line: string): Promise<CommitResult> =>
  engine.call('commit', { space, edits: readEdits(line) })

const accepted = ({ console }: Call, { change }: CommitResult) => console.out(`ok ${change ?? UNCHANGED}\n`)

const rejected = ({ console }: Call, number: number, error: unknown) =>
  console.err(`line ${number}: ${codeOf(error)}: ${messageOf(error)}\n`)

/** The non-empty lines with their numbers, from 1. */
async function* numbered({ console }: Call): AsyncGenerator<readonly [number: number, line: string]> {
  let number = 0
  for await (const line of linesOf(console.input, console.awaitEnding())) {
    number += 1
    if (line.trim() !== '') yield [number, line]
  }
}

/** Stops at the first rejected line. @returns the number of rejected lines */
const oneByOne = async (call: Call, space: SpaceId): Promise<number> => {
  for await (const [number, line] of numbered(call)) {
    try {
      accepted(call, await send(call, space, line))
    } catch (error) {
      rejected(call, number, error)
      return 1
    }
  }
  return 0
}

/** Sends lines without waiting for the previous ones. They are committed and answered in order. */
const manyAtOnce = async (call: Call, space: SpaceId): Promise<number> => {
  let [underWay, characters, refused] = [0, 0, 0]
  let roomier = (): void => undefined
  let last: Promise<void> = Promise.resolve()
  const answer = async (number: number, size: number, sent: Promise<CommitResult>, before: Promise<void>) => {
    // Print answers in order: a later line may be rejected before earlier ones are committed.
    const outcome = await sent.then(
      (result) => () => accepted(call, result),
      (error: unknown) => () => {
        refused += 1
        rejected(call, number, error)
      },
    )
    await before
    outcome()
    underWay -= 1
    characters -= size
    roomier()
  }
  for await (const [number, line] of numbered(call)) {
    underWay += 1
    characters += line.length
    last = answer(number, line.length, send(call, space, line), last)
    while (underWay >= UNDER_WAY || (characters > CHARACTERS && underWay > 0)) {
      await new Promise<void>((resolve) => {
        roomier = resolve
      })
    }
  }
  await last
  return refused
}
