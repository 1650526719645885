/** Why an entry, a statement or a device was not accepted. */
export class PeopleError extends Error {
  override readonly name = 'PeopleError'

  constructor(
    readonly code: 'malformed' | 'bad-signature' | 'wrong-space' | 'too-large' | 'too-slow' | 'not-allowed' | 'no-epoch',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
