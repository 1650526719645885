import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import { sha256 } from '../bytes/hash.ts'
import { type DecodedChange, decodeChange, encodeChange, newResident, type Resident } from '../space/automerge.ts'
import { transact } from '../space/write.ts'
import { type ChangeHead, readChangeHead } from './chunks/change-head.ts'
import { type Chunk, readChunks } from './chunks/chunk.ts'
import { readDocument } from './chunks/document-head.ts'
import { documentSync, rewriteChange, unpackDocument } from './document-sync.ts'
import { documentView } from './gate/document-view.ts'
import { checkChanges, checkLoaded } from './gate/gate.ts'
import { EMPTY_VIEW, type VerifiedAttestation } from './gate/ports.ts'
import { operationsFit } from './operations/document-operations.ts'

const ALICE = 'aa'.repeat(16)
const BOB = 'bb'.repeat(16)
const authors = { deviceOf: (actor: string) => ({ [ALICE]: 'alice', [BOB]: 'bob' })[actor.slice(0, 32)] }
const document = (stem = ALICE): Resident => newResident(stem + toHex(randomBytes(8)))
const write = ({ handle }: Resident, count: number, size = 1) => {
  for (let index = 0; index < count; index++) {
    transact(handle, '{}', 1, (transaction) => {
      for (let cell = 0; cell < size; cell++)
        transaction.put('/', `k${index}/${cell}/${Math.random()}`, cell % 2 ? `text ${cell}` : cell)
    })
  }
}
const presentOf = (resident: Resident) =>
  documentView(
    () => resident,
    (actor) => {
      const last = resident.handle.getChangesMeta([]).findLast((meta) => meta.actor === actor)
      return last && { changes: last.seq, operation: last.maxOp }
    },
  )
const chunksOf = ({ handle }: Resident): Promise<Chunk[]> => readChunks(handle.getChanges([]))
const heads = ({ handle }: Resident) => handle.getHeads().sort()
const attestations = (one: Resident, device = 'alice'): VerifiedAttestation[] => heads(one).map((change) => ({ device, change }))

/** Exchanges sync messages until neither document has more to send. */
const settle = async (one: Resident, other: Resident, rounds = 12) => {
  const sides = [
    { resident: one, sync: documentSync(() => one) },
    { resident: other, sync: documentSync(() => other) },
  ] as const
  for (let round = 0; round < rounds; round++) {
    let said = 0
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const message = sides[from].sync.next([])
      if (!message) continue
      said += 1
      const { chunks, emptied } = await sides[to].sync.open(message)
      for (const chunk of chunks) sides[to].resident.handle.loadIncremental(chunk.bytes)
      sides[to].sync.received(emptied)
    }
    if (said === 0) return round
  }
  throw new Error('it did not settle')
}

describe('sync with a peer', () => {
  it('converges although changes are removed from its messages', async () => {
    const [one, other] = [document(), document(BOB)]
    write(one, 50)
    expect(await settle(one, other)).toBeLessThanOrEqual(3)
    expect(heads(other)).toEqual(heads(one))
    write(one, 40)
    write(other, 40)
    await settle(one, other)
    expect(heads(other)).toEqual(heads(one))
  })
})

describe('two documents with concurrent edits', () => {
  it('exchange single changes even if most changes are missing', async () => {
    const [one, other] = [document(), document(BOB)]
    write(one, 2, 2_000)
    await settle(one, other)
    write(one, 10)
    write(other, 10)
    const sides = [documentSync(() => one), documentSync(() => other)] as const
    const kinds = new Set<string>()
    for (let round = 0; round < 10; round++) {
      for (const [from, to, resident] of [
        [sides[0], sides[1], other],
        [sides[1], sides[0], one],
      ] as const) {
        const message = from.next([])
        if (!message) continue
        const { chunks, emptied } = await to.open(message)
        for (const chunk of chunks) {
          kinds.add(chunk.kind)
          resident.handle.loadIncremental(chunk.bytes)
        }
        to.received(emptied)
      }
    }
    expect(heads(other)).toEqual(heads(one))
    expect([...kinds]).toEqual(['change'])
  })
})

describe('after a whole document was received', () => {
  it('only new changes are sent', async () => {
    const [one, other] = [document(), document(BOB)]
    write(one, 3, 2_000)
    const [from, to] = [documentSync(() => one), documentSync(() => other)]
    const sizes: number[] = []
    for (let edit = 0; edit < 3; edit++) {
      for (let message = from.next([]); message; message = from.next([])) {
        sizes.push(message.length)
        const { chunks, emptied } = await to.open(message)
        for (const chunk of chunks) other.handle.loadIncremental(chunk.bytes)
        to.received(emptied)
        const answer = to.next([])
        if (answer) from.received((await from.open(answer)).emptied)
      }
      expect(heads(other)).toEqual(heads(one))
      if (edit === 0) expect(Math.max(...sizes)).toBeGreaterThan(10_000)
      else expect(Math.max(...sizes)).toBeLessThan(1_000)
      sizes.length = 0
      write(one, 1)
    }
  })
})

describe('the head of a change', () => {
  it('equals what Automerge decodes, for changes of every size', async () => {
    const one = document()
    for (const size of [1, 2, 30, 500]) write(one, 2, size)
    const metas = one.handle.getChangesMeta([])
    const read = (await chunksOf(one)).map((chunk) =>
      chunk.kind === 'change' ? { ...readChangeHead(chunk.body), hash: chunk.hash } : undefined,
    )
    expect(read).toMatchObject(
      metas.map(({ actor, seq, startOp, maxOp, deps, hash }): Partial<ChangeHead> & { hash: string } => ({
        actor,
        sequence: seq,
        startOperation: startOp,
        operations: maxOp - startOp + 1,
        dependencies: deps,
        hash,
      })),
    )
  })

  it('is rejected if a run claims millions of rows in a few bytes', async () => {
    const run = [0x80, 0x80, 0x80, 0x02, 0x01]
    const body = Uint8Array.of(0, 1, 0xaa, 1, 1, 0, 0, 0, 1, 0x42, run.length, ...run)
    expect(() => readChangeHead(body)).toThrow('at most 200,000 rows')
  })
})

describe('the gate', () => {
  it('admits attested changes in order, regardless of their order of arrival', async () => {
    const one = document()
    write(one, 8)
    const chunks = await chunksOf(one)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(chunks, { minLength: chunks.length }), async (shuffled) => {
        const other = document(BOB)
        const { ready, held } = await checkChanges(shuffled, attestations(one), authors, presentOf(other), rewriteChange)
        for (const change of ready) other.handle.loadIncremental(change)
        expect(held).toEqual([])
        expect(heads(other)).toEqual(heads(one))
        other.handle.free()
      }),
      { numRuns: propertyRuns(20) },
    )
  })

  it('visits each change only a few times in any order of arrival', async () => {
    const one = document()
    write(one, 300)
    const chunks = await chunksOf(one)
    const present = presentOf(document(BOB))
    let asked = 0
    const counted = {
      ...present,
      greatestOperation: (hash: string) => {
        asked += 1
        return present.greatestOperation(hash)
      },
    }
    const { ready } = await checkChanges(chunks.toReversed(), attestations(one), authors, counted, undefined)
    expect(ready).toHaveLength(300)
    expect(asked).toBeLessThan(4 * 300)
  })

  it('admits changes after an empty change', async () => {
    const one = document()
    write(one, 1)
    one.handle.emptyChange('{}', 1)
    write(one, 2)
    const { ready, held } = await checkChanges(
      await chunksOf(one),
      attestations(one),
      authors,
      presentOf(document(BOB)),
      rewriteChange,
    )
    expect([ready.length, held.length]).toEqual([4, 0])
  })

  it('holds changes without attestation or with missing ancestors, and reports missing hashes', async () => {
    const one = document()
    write(one, 3)
    const [first, second, third] = await chunksOf(one)
    if (first?.kind !== 'change' || !second || !third) throw new Error('three changes were written')
    const other = document(BOB)
    const uncovered = await checkChanges([first, second, third], [], authors, presentOf(other), rewriteChange)
    expect(uncovered).toMatchObject({ ready: [], missing: [] })
    expect(uncovered.held).toHaveLength(3)
    const orphans = await checkChanges([second, third], attestations(one), authors, presentOf(other), rewriteChange)
    expect(orphans).toMatchObject({ ready: [], missing: [first.hash] })
  })

  it('ignores attestations of one device for changes of another', async () => {
    const one = document()
    write(one, 1)
    const { ready } = await checkChanges(
      await chunksOf(one),
      attestations(one, 'bob'),
      authors,
      presentOf(document(BOB)),
      rewriteChange,
    )
    expect(ready).toEqual([])
  })

  it('rejects an unknown device, a sequence gap, and a wrong first operation', async () => {
    const stranger = document('cc'.repeat(16))
    write(stranger, 1)
    const other = document(BOB)
    await expect(
      checkChanges(await chunksOf(stranger), attestations(stranger), authors, presentOf(other), rewriteChange),
    ).rejects.toMatchObject({
      code: 'unknown-device',
    })
    const one = document()
    write(one, 2)
    const taken = {
      ...EMPTY_VIEW,
      clockOf: () => ({ changes: 5, operation: 5 }),
    }
    // A duplicate sequence number means a forked device: hold the change and keep the link open.
    expect(await checkChanges(await chunksOf(one), attestations(one), authors, taken, rewriteChange)).toMatchObject({ ready: [] })
    const [, second] = await chunksOf(one)
    const shifted = {
      ...EMPTY_VIEW,
      greatestOperation: (hash: string) => (second?.kind === 'change' && hash === second.hash ? undefined : 7),
      clockOf: () => ({ changes: 1, operation: 1 }),
    }
    await expect(checkChanges(second ? [second] : [], attestations(one), authors, shifted, rewriteChange)).rejects.toMatchObject({
      code: 'bad-sequence',
    })
  })

  it('rejects a change that does not depend on the previous change of its actor', async () => {
    const one = document()
    write(one, 1)
    const actor = BOB + '01'.repeat(8)
    const [first, second] = [1, 2].map((seq) => {
      const ops = [{ action: 'set', obj: '_root', key: `own ${seq}`, value: 'v', pred: [] }]
      return encodeChange({ actor, seq, startOp: 2, time: 1, message: '', deps: heads(one), ops } as unknown as DecodedChange)
    }) as [Uint8Array, Uint8Array]
    const [, other] = await readChunks([first, second])
    const stand = (await readChunks([first, second])).map((chunk) => ({
      device: 'bob',
      change: 'hash' in chunk ? chunk.hash : '',
    }))
    const both = checkChanges(await readChunks([first, second]), stand, authors, presentOf(one), rewriteChange)
    await expect(both).rejects.toMatchObject({ code: 'bad-sequence' })
    one.handle.loadIncremental(first)
    const alone = checkChanges(other ? [other] : [], stand, authors, presentOf(one), rewriteChange)
    await expect(alone).rejects.toMatchObject({ code: 'bad-sequence' })
  })

  it.each<[string, { obj: string; elemId?: string; pred: string[]; [name: string]: unknown }]>([
    ['writes to a map', { obj: 'map', key: 'k', action: 'set', value: 'v', pred: [] }],
    ['replaces a value', { obj: '_root', key: 'map', action: 'set', value: 'v', pred: ['map'] }],
    ['inserts after a character', { obj: 'text', elemId: 'character', insert: true, action: 'set', value: 'v', pred: [] }],
    ['deletes a character', { obj: 'text', elemId: 'character', action: 'del', pred: ['character'] }],
  ])('rejects a change that %s of a concurrent change, in any order of arrival', async (_, { obj, elemId, pred, ...rest }) => {
    const one = document()
    transact(one.handle, '{}', 1, (transaction) => void transaction.makeText('/', 'text', 'x'))
    const [begin] = heads(one)
    transact(one.handle, '{}', 1, (transaction) => {
      transaction.make('/', 'map', { k: 1 })
      transaction.splice(transaction.textObject('/', 'text') ?? '', 1, 0, 'ab')
    })
    const [made] = one.handle.getChanges([begin ?? ''])
    const { actor, startOp, ops: wrote } = decodeChange(made ?? new Uint8Array())
    const idOf = (at: number) => `${startOp + at}@${actor}`
    const character = idOf(wrote.findIndex((each) => 'insert' in each))
    const ids: Record<string, string> = { _root: '_root', map: idOf(0), text: `1@${actor}`, character }
    const operation = { ...rest, obj: ids[obj], pred: pred.map((each) => ids[each]), ...(elemId && { elemId: ids[elemId] }) }
    const stranger = BOB + '01'.repeat(8)
    // Start with another operation, so that the referenced one has a smaller counter.
    const filler = Array.from({ length: 20 }, (_, at) => ({ action: 'set', obj: '_root', key: `${at}`, value: 'v', pred: [] }))
    const craft = (deps: readonly (string | undefined)[], first: number) => {
      const ops = [...filler, operation]
      return encodeChange({
        actor: stranger,
        seq: 1,
        startOp: first,
        time: 1,
        message: '',
        deps,
        ops,
      } as unknown as DecodedChange)
    }
    const beginning = one.handle.getChangesMeta([])[0]?.maxOp ?? 0
    const apart = await readChunks([craft([begin], beginning + 1)])
    const greatest = one.handle.getChangeMetaByHash(heads(one)[0] ?? '')?.maxOp ?? 0
    const behind = await readChunks([craft(heads(one), greatest + 1)])
    const stand = [...apart, ...behind].map((chunk) => ({ device: 'bob', change: 'hash' in chunk ? chunk.hash : '' }))
    const all = [...attestations(one), ...stand]
    const without = document(BOB)
    without.handle.loadIncremental(one.handle.getChanges([])[0] ?? new Uint8Array())
    const refused = { code: 'bad-operation' }
    await expect(checkChanges(apart, all, authors, presentOf(one), rewriteChange)).rejects.toMatchObject(refused)
    await expect(checkChanges(apart, all, authors, presentOf(without), rewriteChange)).rejects.toMatchObject(refused)
    for (const chunks of [
      [...(await chunksOf(one)), ...apart],
      [...apart, ...(await chunksOf(one))],
    ])
      for (const present of [EMPTY_VIEW, presentOf(without)])
        await expect(checkChanges(chunks, all, authors, present, rewriteChange)).rejects.toMatchObject(refused)
    // The same operation with the referenced change as ancestor.
    expect((await checkChanges(behind, all, authors, presentOf(one), rewriteChange)).ready).toHaveLength(1)

    const both = document(BOB)
    both.handle.loadIncremental(one.handle.save())
    for (const chunk of apart) both.handle.loadIncremental(chunk.bytes)
    expect(operationsFit(await readDocument(both.handle.save()))).toBeUndefined()
    const honest = document(BOB)
    honest.handle.loadIncremental(one.handle.save())
    for (const chunk of behind) honest.handle.loadIncremental(chunk.bytes)
    expect(operationsFit(await readDocument(honest.handle.save()))).toEqual({ large: [] })
  })

  it('rejects a change with any altered byte', async () => {
    const one = document()
    write(one, 2, 40)
    const [, second] = one.handle.getChanges([])
    if (!second) throw new Error('two changes were written')
    // One bit of the type turns it into a document, which is not parsed here.
    const openAll = async (bytes: Uint8Array) => {
      for (const chunk of await readChunks([bytes])) if (chunk.kind === 'document') await unpackDocument(chunk.bytes)
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(second.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        await expect(openAll(second.map((byte, index) => (index === at ? byte ^ flip : byte)))).rejects.toMatchObject({
          name: 'GateError',
        })
      }),
      { numRuns: propertyRuns(300), examples: [[8, second[8] ?? 1]] },
    )
  })

  it('stops inflating a change at the limit', async () => {
    const bomb = new Uint8Array(
      await new Response(
        new Blob([new Uint8Array(64 * 1024 * 1024)]).stream().pipeThrough(new CompressionStream('deflate-raw')),
      ).arrayBuffer(),
    )
    const size = [(bomb.length & 127) | 128, ((bomb.length >> 7) & 127) | 128, bomb.length >> 14]
    const chunk = Uint8Array.of(0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2, ...size, ...bomb)
    await expect(readChunks([chunk])).rejects.toMatchObject({ code: 'too-large' })
  })

  it('limits the inflated size of all changes of a message', async () => {
    const one = document()
    write(one, 4, 200)
    const changes = one.handle.getChanges([])
    const each = (await readChunks(changes)).map((chunk) => (chunk.kind === 'change' ? chunk.body.length : 0))
    const sum = each.reduce((total, length) => total + length, 0)
    await expect(readChunks(changes, sum)).resolves.toHaveLength(4)
    await expect(readChunks(changes, sum - 1)).rejects.toMatchObject({ code: 'too-large' })
  })

  it('extracts the original changes of a whole document', async () => {
    const one = document()
    write(one, 5, 20)
    const chunks = await unpackDocument(one.handle.save())
    expect(chunks.map((chunk) => chunk.kind === 'change' && chunk.hash)).toEqual(
      one.handle.getChangesMeta([]).map(({ hash }) => hash),
    )
    await expect(unpackDocument(one.handle.save().subarray(0, 200))).rejects.toMatchObject({ code: 'garbled' })
  })

  it('rejects a document that claims too many rows for its size', async () => {
    const one = document()
    write(one, 200, 60)
    await expect(unpackDocument(one.handle.save())).resolves.toHaveLength(200)
    // One column of four billion rows in a document without changes.
    const run = [0x80, 0x80, 0x80, 0x80, 0x10, 1]
    const body = [0, 0, 0, 1, 0x42, run.length, ...run]
    const hash = await sha256(Uint8Array.of(0, body.length, ...body))
    const chunk = Uint8Array.of(0x85, 0x6f, 0x4a, 0x83, ...hash.subarray(0, 4), 0, body.length, ...body)
    const [read] = await readChunks([chunk])
    await expect(unpackDocument(read?.bytes ?? chunk)).rejects.toMatchObject({ code: 'too-large' })
  })
})

describe('the changes of a whole document, as listed by Automerge', () => {
  const listed = (hash: string, seq: number, deps: string[]) => {
    const rest = { time: 1, message: null, author: null, extraBytes: '' }
    return { hash, actor: 'aa', seq, startOp: seq, maxOp: seq, deps, ...rest }
  }
  const check = (deps: string[]) =>
    checkLoaded([listed('1', 1, []), listed('2', 2, deps)], [{ device: 'a', change: '2' }], { deviceOf: () => 'a' })

  it('pass only if dependencies are sorted and distinct', async () => {
    expect(await check(['1'])).toEqual(new Map([['aa', { changes: 2, operation: 2 }]]))
    expect(await check(Array.from({ length: 200_000 }, () => '1'))).toBeUndefined()
  })

  it('are held without an error if one has very many dependencies', async () => {
    const many = Array.from({ length: 200_000 }, (_, at) => String(1_000_000 + at))
    expect(await check(many)).toBeUndefined()
  })
})

describe('a change encoded again', () => {
  it('has the same hash with any floating-point number', async () => {
    for (const value of [977.4477043138847, 1.0001392364501953, 0.1, -0, Number.MIN_VALUE, Number.MAX_VALUE]) {
      const { handle } = newResident('aa'.repeat(24))
      transact(handle, '{}', 1, (transaction) => transaction.put('/', 'number', value))
      const [change] = await readChunks(handle.getChanges([]))
      handle.free()
      if (change?.kind === 'change') expect(await rewriteChange(change.bytes, change.hash)).toBe(change.hash)
    }
    expect.assertions(6)
  })
})
