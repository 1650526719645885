import { describe, expect, it } from 'vitest'
import { utf8 } from '../../bytes/encoding.ts'
import type { Backend, Name } from './backend.ts'

const name = (...parts: string[]): Name => parts.map(utf8)
const sorted = (found: readonly (readonly [Name, Uint8Array])[]) =>
  found.map(([each, bytes]) => [each.map((part) => new TextDecoder().decode(part)).join('/'), [...bytes]] as const).sort()

/** The contract of every backend. `make` returns an empty one; `again` reopens the same one. */
export const acceptBackend = (title: string, make: () => Promise<{ backend: Backend; again?: () => Promise<Backend> }>) =>
  describe(title, () => {
    it('returns stored values, and undefined for missing ones', async () => {
      const { backend } = await make()
      await backend.write({ put: [[name('a', 'b'), Uint8Array.of(1, 2)]], remove: [] })
      expect([...((await backend.get(name('a', 'b'))) ?? [])]).toEqual([1, 2])
      expect(await backend.get(name('a'))).toBeUndefined()
    })

    it('finds everything below a prefix and nothing else', async () => {
      const { backend } = await make()
      const put = ['a', 'a/b', 'a/b/c', 'ab/c', 'b'].map(
        (path, index) => [name(...path.split('/')), Uint8Array.of(index)] as const,
      )
      await backend.write({ put, remove: [] })
      expect(sorted(await backend.range(name('a')))).toEqual([
        ['a', [0]],
        ['a/b', [1]],
        ['a/b/c', [2]],
      ])
      expect(await backend.range([])).toHaveLength(5)
      expect(
        (await backend.names(name('a'))).map((each) => each.map((part) => new TextDecoder().decode(part)).join('/')).sort(),
      ).toEqual(['a', 'a/b', 'a/b/c'])
    })

    it('removes and replaces atomically', async () => {
      const { backend } = await make()
      await backend.write({
        put: [
          [name('a'), Uint8Array.of(1)],
          [name('b'), Uint8Array.of(2)],
        ],
        remove: [],
      })
      await backend.write({ put: [[name('b'), Uint8Array.of(3)]], remove: [name('a'), name('none')] })
      expect(sorted(await backend.range([]))).toEqual([['b', [3]]])
    })

    it('keeps everything after being reopened', async () => {
      const { backend, again } = await make()
      await backend.write({ put: [[name('a'), new Uint8Array(100_000).fill(7)]], remove: [] })
      await backend.close()
      if (!again) return
      expect((await (await again()).get(name('a')))?.length).toBe(100_000)
    })
  })
