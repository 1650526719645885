import { toHex } from '../../bytes/encoding.ts'
import type { Backend, Name } from './backend.ts'

const keyOf = (name: Name): string => name.map(toHex).join('/')

/** Keeps everything until the program ends; for reading archives, and for tests. */
export const memoryBackend = (): Backend => {
  const kept = new Map<string, readonly [Name, Uint8Array]>()
  const below = (prefix: Name) => {
    const key = keyOf(prefix)
    return [...kept].filter(([each]) => key === '' || each === key || each.startsWith(`${key}/`)).map(([, entry]) => entry)
  }
  return {
    async get(name) {
      return kept.get(keyOf(name))?.[1].slice()
    },
    async range(prefix) {
      return below(prefix).map(([name, bytes]) => [name, bytes.slice()] as const)
    },
    async names(prefix) {
      return below(prefix).map(([name]) => name)
    },
    async write({ put, remove }) {
      for (const name of remove) kept.delete(keyOf(name))
      for (const [name, bytes] of put) kept.set(keyOf(name), [name, bytes.slice()])
    },
    async close() {},
  }
}
