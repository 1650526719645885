/** How this browser shows Tessera; nothing of a space is kept here. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'compact'
}

const KEY = 'tessera/preferences'
const USUAL: Preferences = { theme: 'system', density: 'comfortable' }

const isOneOf = <T extends string>(value: unknown, ...known: T[]): value is T => known.some((one) => one === value)

export const readPreferences = (): Preferences => {
  const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
  if (typeof kept !== 'object' || kept === null) return USUAL
  return {
    theme: 'theme' in kept && isOneOf(kept.theme, 'system', 'light', 'dark') ? kept.theme : USUAL.theme,
    density: 'density' in kept && isOneOf(kept.density, 'comfortable', 'compact') ? kept.density : USUAL.density,
  }
}

/** Puts the preferences on the page. */
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
