/** Why a space refused an edit. The interface turns `code` into a sentence. */
export class SpaceError extends Error {
  override readonly name = 'SpaceError'

  constructor(
    readonly code:
      | 'not-found'
      | 'wrong-type'
      | 'bad-value'
      | 'bad-name'
      | 'too-large'
      | 'too-many'
      | 'already-there'
      | 'not-unique'
      | 'restricted'
      | 'not-deleted'
      | 'cycle'
      | 'newer-version'
      | 'not-ready'
      | 'read-only'
      | 'damaged',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
