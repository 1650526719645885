/** Why a change, or a message with changes, is rejected. The connection that delivered it closes with this reason. */
export class GateError extends Error {
  override readonly name = 'GateError'

  constructor(
    readonly code:
      | 'garbled'
      | 'too-large'
      | 'too-slow'
      | 'bad-hash'
      | 'unknown-device'
      | 'bad-statement'
      | 'uncovered'
      | 'bad-sequence'
      | 'not-canonical'
      | 'not-anchored'
      | 'bad-operation',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
