import { absolute, type Figure } from './support/figure.ts'
import { importedProfile } from './support/profiles.ts'

/** Milliseconds that one task of the page may take while a file is imported. */
const MUST = 50

export const importBlocked = async (): Promise<Figure[]> => {
  const { blocked } = await importedProfile()
  return [absolute('import/blocked', blocked, 'ms', MUST)]
}
