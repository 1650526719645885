/** What a command reads and writes: a process's streams, or a test's. */
export interface Console {
  readonly input: AsyncIterable<Uint8Array>
  /** Data, and nothing else. */
  out(text: string): void
  /** Everything that is said to a person. */
  err(text: string): void
  /**
   * Whoever asks for it finishes what is under way when the process is told to end, and begins nothing new; without, the process
   * ends at once.
   * @returns aborted when it is time
   */
  awaitEnding(): AbortSignal
}

export const printJson = ({ out }: Console, value: unknown): void => out(`${JSON.stringify(value, undefined, 2)}\n`)
