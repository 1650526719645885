import { describe, expect, it } from 'vitest'
import { newResident } from '../../space/automerge.ts'
import { transact } from '../../space/write.ts'
import { readDocument } from './document-head.ts'

const [ACTOR, HEAD] = [[1, 0xaa], Array.from({ length: 32 }, () => 7)]

/** A document with these columns, `[type, bytes]` each. The checksum is not checked here. */
const crafted = (
  ofChanges: readonly (readonly [number, readonly number[]])[],
  ofOperations: readonly (readonly [number, readonly number[]])[],
  actors: readonly (readonly number[])[] = [ACTOR],
  behind: readonly number[] = [],
): Uint8Array => {
  const columns = (list: typeof ofChanges) => [list.length, ...list.flatMap(([type, data]) => [...uleb(type), data.length])]
  const data = [...ofChanges, ...ofOperations].flatMap(([, bytes]) => bytes)
  const body = [actors.length, ...actors.flat(), 1, ...HEAD, ...columns(ofChanges), ...columns(ofOperations), ...data, ...behind]
  return Uint8Array.of(0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 0, ...uleb(body.length), ...body)
}
const uleb = (value: number) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])
/** One row with the value 1. */
const ROW = [1, 1]

describe('reading the columns of a whole document', () => {
  it('accepts documents that Automerge wrote', async () => {
    const { handle } = newResident('aa'.repeat(24))
    await expect(readDocument(handle.save())).rejects.toMatchObject({ code: 'garbled' })
    for (let index = 0; index < 40; index++) {
      transact(handle, '{"what":"set"}', index, (transaction) => {
        const map = transaction.make('/', `map ${index}`, { text: 'value '.repeat(index), number: index / 3, flag: true })
        transaction.put(map, 'text', `again ${index}`)
        transaction.put('/', 'one key', index)
      })
      await expect(readDocument(handle.save())).resolves.toBeDefined()
    }
    handle.emptyChange('{}', 1)
    await expect(readDocument(handle.save())).resolves.toBeDefined()
    handle.free()
  })

  it('rejects unknown and duplicate columns, duplicate actors, and bytes after the columns', async () => {
    await expect(readDocument(crafted([[0x01, ROW]], [[0x42, ROW]]))).resolves.toBeDefined()
    await expect(readDocument(crafted([[0x63, ROW]], [[0x42, ROW]]))).rejects.toMatchObject({ code: 'garbled' })
    await expect(readDocument(crafted([[0x01, ROW]], [[0xb2, ROW]]))).rejects.toMatchObject({ code: 'garbled' })
    const twice = crafted(
      [[0x01, ROW]],
      [
        [0x42, ROW],
        [0x42, ROW],
      ],
    )
    await expect(readDocument(twice)).rejects.toMatchObject({ code: 'not-canonical' })
    for (const before of [ACTOR, [1, 0xbb]]) {
      const actors = crafted([[0x01, ROW]], [[0x42, ROW]], [before, ACTOR])
      await expect(readDocument(actors)).rejects.toMatchObject({ code: 'not-canonical' })
    }
    await expect(readDocument(crafted([[0x01, ROW]], [[0x42, ROW]], [ACTOR], [0, 9]))).rejects.toMatchObject({
      code: 'garbled',
    })
  })

  it('rejects changes that claim more operations than the document can have', async () => {
    const claims = (operations: number) =>
      readDocument(
        crafted(
          [
            [0x01, ROW],
            [0x13, [1, operations]],
          ],
          [[0x42, ROW]],
        ),
      )
    await expect(claims(1)).resolves.toBeDefined()
    await expect(claims(2)).rejects.toMatchObject({ code: 'too-large' })
  })

  it('rejects columns that together exceed the limit', async () => {
    const column = [40, 1]
    const document = crafted(
      [
        [0x01, column],
        [0x03, column],
      ],
      [[0x42, column]],
    )
    await expect(readDocument(document, 6)).resolves.toBeDefined()
    await expect(readDocument(document, 5)).rejects.toMatchObject({ code: 'too-large' })
  })
})
