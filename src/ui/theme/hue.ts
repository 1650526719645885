const HUES = 12

/** An inline style with the background `--h` and the text colour `--hi` of a hue, 1 to 12. */
export const hueStyle = (hue: number): string => {
  const within = ((((Math.trunc(hue) || 1) - 1) % HUES) + HUES) % HUES
  return `--h: var(--hue-${within + 1}); --hi: var(--hue-${within + 1}-ink)`
}

/** A hue for an id, the same on every device. */
export const hueOf = (id: string): number => {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return (sum % HUES) + 1
}

/** The first letter or emoji of a name, for its tile. */
export const initialOf = (name: string): string => {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim())
  return first ? first.segment.toLocaleUpperCase() : '·'
}
