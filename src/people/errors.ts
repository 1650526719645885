/** Why an entry, an attestation or a device was rejected. */
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
