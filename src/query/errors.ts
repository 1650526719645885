/** Why a question to the index was refused. The interface turns `code` into a sentence; `message` names what is wrong, and where. */
export class QueryError extends Error {
  override readonly name = 'QueryError'

  constructor(
    readonly code:
      | 'unknown-field'
      | 'unknown-view'
      | 'bad-operator'
      | 'bad-value'
      | 'bad-filter'
      | 'bad-sort'
      | 'bad-group'
      | 'bad-formula'
      | 'sql-refused'
      | 'sql-failed'
      | 'too-long',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
