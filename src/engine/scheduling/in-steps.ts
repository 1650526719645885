import { turn } from './turn.ts'

/**
 * Runs a generator step by step, and handles other events between two steps.
 * @param onStep receives what each step yields
 * @returns the generator's result
 * @throws the signal's reason once it is aborted; the generator's `finally` blocks run first
 */
export const inSteps = async <Step, Result>(
  steps: Generator<Step, Result, undefined>,
  signal: AbortSignal,
  onStep: (step: Step) => void = () => undefined,
): Promise<Result> => {
  try {
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value
      onStep(value)
      await turn()
      signal.throwIfAborted()
    }
  } finally {
    steps.return(undefined as never)
  }
}
