import { turn } from './turn.ts'

/**
 * Carries out work that is cut into steps, everybody else having a turn between two of them.
 * @param told gets what each step yields
 * @returns what the work returns
 * @throws the signal's reason once it is aborted; the work is then ended where it stands, and cleans up behind itself
 */
export const inSteps = async <Step, Result>(
  steps: Generator<Step, Result, undefined>,
  signal: AbortSignal,
  told: (step: Step) => void = () => undefined,
): Promise<Result> => {
  try {
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value
      told(value)
      await turn()
      signal.throwIfAborted()
    }
  } finally {
    steps.return(undefined as never)
  }
}
