/** Appearance in this browser, unencrypted in localStorage; contains no data of a space. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'compact'
}

const KEY = 'tessera/preferences'
const DEFAULTS: Preferences = { theme: 'system', density: 'comfortable' }

const isOneOf = <T extends string>(value: unknown, ...known: T[]): value is T => known.some((one) => one === value)

export const readPreferences = (): Preferences => {
  const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
  if (typeof stored !== 'object' || stored === null) return DEFAULTS
  return {
    theme: 'theme' in stored && isOneOf(stored.theme, 'system', 'light', 'dark') ? stored.theme : DEFAULTS.theme,
    density: 'density' in stored && isOneOf(stored.density, 'comfortable', 'compact') ? stored.density : DEFAULTS.density,
  }
}

/** Applies the preferences to the page. */
export const applyPreferences = ({ theme, density }: Preferences): void => {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
  dataset.density = density
  dispatchEvent(new Event('tessera-preferences'))
}

export const changePreferences = (change: Partial<Preferences>): void => {
  const preferences = { ...readPreferences(), ...change }
  localStorage.setItem(KEY, JSON.stringify(preferences))
  applyPreferences(preferences)
}
