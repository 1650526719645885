/** Whether something failed because what is stored was altered, and not for another reason. */
export const isDamage = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'damaged'
