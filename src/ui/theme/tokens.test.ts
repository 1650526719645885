import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrast } from './contrast.ts'

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
