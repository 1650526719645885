/** Why the index rejected a query. The interface shows a sentence for `code`; `message` names the error and its position. */
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
