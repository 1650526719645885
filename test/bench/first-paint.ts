import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { absolute, type Figure } from './support/figure.ts'

interface SizeCheck {
  readonly name: string
  readonly path: string | readonly string[]
}

/** Thousands of bytes, gzipped. */
const MUST = 120

/** JavaScript that the first page is drawn with, in the built app. */
export const firstPaint = async (): Promise<Figure[]> => {
  const { default: checks } = (await import(/* @vite-ignore */ pathToFileURL(join(process.cwd(), '.size-limit.mjs')).href)) as {
    default: readonly SizeCheck[]
  }
  const { path = [] } = checks.find(({ name }) => name === 'first paint') ?? {}
  const files = await Promise.all([path].flat().map((each) => readFile(each)))
  const size = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)
  return [absolute('first-paint/javascript', size / 1000, 'kB', MUST)]
}
