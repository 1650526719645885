/** Why a space rejected an edit. The interface shows a sentence for `code`. */
export class SpaceError extends Error {
  override readonly name = 'SpaceError'
  /** Values to insert into that sentence. */
  readonly detail: Readonly<Record<string, string>>

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
    options?: ErrorOptions & { readonly detail?: SpaceError['detail'] },
  ) {
    super(message, options)
    this.detail = options?.detail ?? {}
  }
}
