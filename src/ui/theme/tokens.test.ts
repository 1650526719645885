import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The contrast of two colours by WCAG 2.2: from 1 (the same) to 21 (black on white). Takes `#rrggbb`. */
const contrast = (one: string, other: string): number => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/\s+/g, ' ')

const TEXT = 4.5
const EDGE = 3
const GROUNDS = ['paper', 'surface', 'sunken', 'raised']

type Names = Map<string, string>

const declarations = (block: string): Names =>
  new Map([...block.matchAll(/--([\w-]+):\s*([^;}]+)/g)].map(([, name = '', value = '']) => [name, value.trim()]))

const blockAfter = (start: string): string => {
  const at = css.indexOf(start)
  expect(at, `${start} is in tokens.css`).toBeGreaterThanOrEqual(0)
  return css.slice(css.indexOf('{', at) + 1, css.indexOf('}', at))
}

const base = declarations(blockAfter(':root'))
const moreContrast = declarations(blockAfter('@media (prefers-contrast: more) { :root').replace(/^\s*:root\s*\{/, ''))
const hueBlock = declarations(css.slice(css.indexOf('--hue-1:')))
const hues = Array.from({ length: 12 }, (_, index) => index + 1)

const resolve = (value: string | undefined, names: Names, theme: 'light' | 'dark'): string => {
  const [, light, dark] = /^light-dark\((#\w{6}),\s*(#\w{6})\)$/.exec(value ?? '') ?? []
  if (light && dark) return theme === 'light' ? light : dark
  const [, name] = /^var\(--([\w-]+)\)$/.exec(value ?? '') ?? []
  if (name) return resolve(names.get(name), names, theme)
  throw new Error(`Expected light-dark(#rrggbb, #rrggbb) or var(--name), got ${value}`)
}

const pairs: (readonly [text: string, ground: string, least: number])[] = [
  ...['ink', 'ink-2', 'ink-3', 'accent', 'bad', 'warn', 'good'].flatMap((text) =>
    ['paper', 'surface', 'sunken'].map((ground) => [text, ground, TEXT] as const),
  ),
  ['ink', 'raised', TEXT],
  ['ink-2', 'raised', TEXT],
  ['accent-ink', 'accent', TEXT],
  ['accent-ink', 'accent-press', TEXT],
  ['accent', 'accent-soft', TEXT],
  ['ink', 'accent-soft', TEXT],
  ['good', 'good-soft', TEXT],
  ['warn', 'warn-soft', TEXT],
  ['ink', 'warn-soft', TEXT],
  ['bad', 'bad-soft', TEXT],
  ['ink', 'bad-soft', TEXT],
  ['bad-ink', 'bad', TEXT],
  ...GROUNDS.flatMap((ground) => [['control', ground, EDGE] as const, ['focus', ground, EDGE] as const]),
]

describe.each([
  ['usual contrast', base],
  ['more contrast', new Map([...base, ...moreContrast])],
] as const)('%s', (_title, names) => {
  describe.each(['light', 'dark'] as const)('%s', (theme) => {
    it.each(pairs)('%s on %s reaches %d', (text, ground, least) => {
      expect(contrast(resolve(names.get(text), names, theme), resolve(names.get(ground), names, theme))).toBeGreaterThanOrEqual(
        least,
      )
    })
  })
})

describe('hues', () => {
  it.each(hues)('have readable text in both themes: %d', (hue) => {
    for (const theme of ['light', 'dark'] as const) {
      const [ground, text] = [`hue-${hue}`, `hue-${hue}-ink`].map((name) => resolve(hueBlock.get(name), hueBlock, theme))
      expect(contrast(text ?? '', ground ?? '')).toBeGreaterThanOrEqual(TEXT)
    }
  })
})
