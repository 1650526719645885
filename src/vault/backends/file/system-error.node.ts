/** The system's name for what went wrong, such as `ENOSPC`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** For `catch`: passes every error on but that there is no such file. */
export const missingIsFine = (error: unknown): undefined => {
  if (codeOf(error) === 'ENOENT') return undefined
  throw error
}
