/** The input and output of a command: the streams of the process, or those of a test. */
export interface Console {
  readonly input: AsyncIterable<Uint8Array>
  /** Writes data to standard output. */
  out(text: string): void
  /** Writes messages to standard error. */
  err(text: string): void
  /**
   * Call it to handle signals: the command then completes work in progress and starts nothing new. By default a signal ends the
   * process immediately.
   * @returns aborted when a signal arrives
   */
  awaitEnding(): AbortSignal
}

export const printJson = ({ out }: Console, value: unknown): void => out(`${JSON.stringify(value, undefined, 2)}\n`)
