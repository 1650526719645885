/** Why the engine refused. `code` is for the interface to find a sentence by; `message` is for whoever reads a report. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'

  constructor(
    readonly code: string,
    message: string,
    /** Figures that the sentence needs, such as seconds to wait. */
    readonly detail: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
