const HUES = 12

/** The inline style that gives an element's `--h` (ground) and `--hi` (text on it): a hue of the look, 1 to 12. */
export const hueStyle = (hue: number): string => {
  const within = ((((Math.trunc(hue) || 1) - 1) % HUES) + HUES) % HUES
  return `--h: var(--hue-${within + 1}); --hi: var(--hue-${within + 1}-ink)`
}

/** The same hue for the same id everywhere and on every device. */
export const hueOf = (id: string): number => {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return (sum % HUES) + 1
}

/** What stands in a tile for a name: its first letter or emoji, whole. */
export const initialOf = (name: string): string => {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim())
  return first ? first.segment.toLocaleUpperCase() : '·'
}
