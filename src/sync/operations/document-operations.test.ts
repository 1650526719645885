import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { type DecodedChange, encodeChange, type Handle, newResident } from '../../space/automerge.ts'
import { transact } from '../../space/write.ts'
import { ancestryOver } from '../ancestry/ancestry.ts'
import { readChangeHead } from '../chunks/change-head.ts'
import { readChunks } from '../chunks/chunk.ts'
import { deltas, texts, truths, unsigned } from '../chunks/column-values.ts'
import { type Column, type DocumentColumns, readDocument } from '../chunks/document-head.ts'
import { GateError } from '../errors.ts'
import { EMPTY_VIEW } from '../gate/ports.ts'
import { operationsCheck } from './check-operations.ts'
import { operationsFit } from './document-operations.ts'

const ACTORS = ['aa', 'bb', 'cc'].map((each) => each.repeat(24))
const RUNS = propertyRuns(200)

/**
 * Whether the gate accepts the operations of changes.
 * @param hashes by which the changes refer to each other
 */
const passSingly = async (changes: readonly Uint8Array[], hashes?: readonly string[]): Promise<boolean> => {
  try {
    const heads = (await readChunks(changes)).flatMap((chunk) =>
      chunk.kind === 'change' ? [{ ...readChangeHead(chunk.body), hash: chunk.hash }] : [],
    )
    const operations = operationsCheck(heads, EMPTY_VIEW)
    const ancestry = ancestryOver<string>()
    const numbers = new Map(heads.map(({ hash }, number) => [hashes?.[number] ?? hash, number]))
    for (const [number, head] of heads.entries()) {
      const { actor, startOperation, dependencies } = head
      const parents = dependencies.map((each) => numbers.get(each) ?? 0)
      if (!ancestry.add({ actor, first: startOperation, last: startOperation + head.operations - 1, parents })) return false
      operations.check(head, (other, counter) => {
        const made = ancestry.find(other, counter)
        return made !== undefined && ancestry.isIn(made, number)
      })
    }
    return true
  } catch (error) {
    if (error instanceof GateError) return false
    throw error
  }
}

type Act =
  | { readonly do: 'set' | 'remove' | 'make'; readonly map: number; readonly key: number; readonly value: string | number }
  | { readonly do: 'text'; readonly text: 'text' | 'more'; readonly at: number; readonly remove: number; readonly insert: string }
  | { readonly do: 'meet' }

const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constantFrom('set' as const, 'remove' as const, 'make' as const),
    map: fc.nat(3),
    key: fc.nat(4),
    value: fc.oneof(fc.string({ maxLength: 12 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  }),
  fc.record({
    do: fc.constant('text' as const),
    text: fc.constantFrom('text' as const, 'more' as const),
    at: fc.nat(20),
    remove: fc.nat(4),
    insert: fc.string({ unit: 'grapheme', maxLength: 8 }),
  }),
  fc.record({ do: fc.constant('meet' as const) }),
)

const mapsIn = (handle: Handle): string[] => [
  '/',
  ...handle.keys('/').flatMap((key) => {
    const found = handle.getWithType('/', key)
    return found?.[0] === 'map' ? [found[1]] : []
  }),
]

/** Writes acts as changes of three devices that sync at each `meet` and at the end. @returns one of the equal documents */
const written = (acts: readonly (readonly [who: number, acts: readonly Act[]])[]): Handle => {
  const handles = ACTORS.map((actor) => newResident(actor).handle)
  const [first] = handles as [Handle]
  transact(first, '{}', 1, (transaction) => {
    transaction.makeText('/', 'text', 'Lumen House')
    transaction.makeText('/', 'more', 'A lamp')
  })
  const meet = () => {
    for (const one of handles) for (const other of handles) one.loadIncremental(other.save())
  }
  meet()
  for (const [who, each] of acts) {
    const handle = handles[who] ?? first
    transact(handle, '{"what":"set"}', 1, (transaction) => {
      for (const act of each) {
        if (act.do === 'meet') continue
        if (act.do === 'text') {
          const text = transaction.textObject('/', act.text) ?? ''
          const { length } = transaction.textOf(text)
          const at = Math.min(act.at, length)
          transaction.splice(text, at, Math.min(act.remove, length - at), act.insert)
          continue
        }
        const maps = mapsIn(handle)
        const map = maps[act.map % maps.length] ?? '/'
        const key = `key ${act.key}`
        if (act.do === 'make') transaction.make(map, key, { a: 'one', b: 2 })
        else if (act.do === 'set') transaction.put(map, key, act.value)
        else if (transaction.keys(map).includes(key)) transaction.remove(map, key)
      }
    })
    if (each.some((act) => act.do === 'meet')) meet()
  }
  meet()
  for (const handle of handles.slice(1)) handle.free()
  return first
}

const someActs = fc.array(fc.tuple(fc.nat(2), fc.array(anAct, { minLength: 1, maxLength: 6 })), { maxLength: 12 })

describe('the operations of a whole document', () => {
  it('pass if honest devices wrote them, like their single changes', async () => {
    await fc.assert(
      fc.asyncProperty(someActs, async (acts) => {
        const handle = written(acts)
        const [document, changes] = [handle.save(), handle.getChanges([])]
        handle.free()
        expect(await passSingly(changes)).toBe(true)
        expect(operationsFit(await readDocument(document))).toEqual({ large: [] })
      }),
      { numRuns: RUNS },
    )
  })

  it('never pass if a single change would be rejected', async () => {
    const counts = { fit: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(someActs, fc.array(aMutation, { minLength: 1, maxLength: 2 }), async (acts, mutations) => {
        const handle = written(acts)
        const honest = await readDocument(handle.save())
        const metas = handle.getChangesMeta([])
        handle.free()
        const rows = rowsOf(honest)
        for (const mutate of mutations) mutate(rows)
        const fits = operationsFit({ ...honest, ofOperations: columnsOf(rows) })
        if (fits) expect(await passAsChanges(rows, honest.actors, metas)).toBe(true)
        counts[fits ? 'fit' : 'refused'] += 1
      }),
      { numRuns: RUNS * 5 },
    )
    expect(counts.refused).toBeGreaterThan(counts.fit)
    expect(counts.fit).toBeGreaterThan(0)
  })
})

describe('a whole document with valid changes', () => {
  const columnsWith = async (
    handle: Handle,
    ofOperations: (rows: Row[]) => Row[],
    ofChanges: readonly (readonly [NameOfChanges, readonly number[], rows: number])[] = [],
  ): Promise<DocumentColumns> => {
    const honest = await readDocument(handle.save())
    handle.free()
    const changes = new Map(honest.ofChanges)
    for (const [name, data, rows] of ofChanges) changes.set(name, { data: Uint8Array.from(data), rows })
    return { ...honest, ofChanges: changes, ofOperations: columnsOf(ofOperations(rowsOf(honest))) }
  }
  const inOneChange = (keys: readonly string[]): Handle => {
    const { handle } = newResident('aa'.repeat(24))
    transact(handle, '{}', 1, (transaction) => {
      for (const key of keys) transaction.put('/', key, 'x')
    })
    return handle
  }

  it('passes only if the keys of a map are sorted', async () => {
    const keys = ['a', 'ab', 'b']
    expect(operationsFit(await columnsWith(inOneChange(keys), (rows) => rows))).toEqual({ large: [] })
    for (const order of [
      [1, 0, 2],
      [0, 2, 1],
      [2, 0, 1],
    ]) {
      const moved = await columnsWith(inOneChange(keys), (rows) => order.flatMap((at) => rows[at] ?? []))
      expect(operationsFit(moved)).toBeUndefined()
    }
  })

  it('passes only if the characters of a text are in order', async () => {
    const text = (): Handle => {
      const { handle } = newResident('aa'.repeat(24))
      transact(handle, '{}', 1, (transaction) => transaction.makeText('/', 'text', 'ab'))
      transact(handle, '{}', 1, (transaction) => transaction.splice(transaction.textObject('/', 'text') ?? '', 1, 0, 'XY'))
      return handle
    }
    expect(operationsFit(await columnsWith(text(), (rows) => rows))).toEqual({ large: [] })
    // Reorders the rows of aXYb to abXY.
    const moved = await columnsWith(text(), (rows) => [0, 1, 4, 2, 3].flatMap((at) => rows[at] ?? []))
    expect(operationsFit(moved)).toBeUndefined()
  })

  it('passes only if operations refer to their own change or its ancestors', async () => {
    const apart = (): Handle => {
      const [one, other] = ['aa', 'bb'].map((actor) => newResident(actor.repeat(24)).handle) as [Handle, Handle]
      transact(one, '{}', 1, (transaction) => {
        transaction.put('/', 'a', 'x')
        transaction.put('/', 'b', 'x')
      })
      transact(other, '{}', 1, (transaction) => transaction.make('/', 'map', {}))
      one.loadIncremental(other.save())
      other.free()
      return one
    }
    expect(operationsFit(await columnsWith(apart(), (rows) => rows))).toEqual({ large: [] })
    const within = await columnsWith(apart(), (rows) => {
      const [a, b, map] = rows as [Row, Row, Row]
      return [a, map, { ...b, object: map.id }]
    })
    expect(operationsFit(within)).toBeUndefined()
  })

  it('reports changes with too many dependencies, and fails for times that are not safe integers', async () => {
    const twice = (): Handle => {
      const handle = inOneChange(['a'])
      transact(handle, '{}', 1, (transaction) => transaction.put('/', 'b', 'x'))
      return handle
    }
    // The second change repeats its dependency on the first one.
    const building = (times: number) =>
      columnsWith(twice(), (rows) => rows, [
        ['dependency count', [126, 0, ...uleb(times)], 2],
        ['dependency', [...sleb(times), 0], times],
      ])
    expect(operationsFit(await building(100_000))).toEqual({ large: [] })
    expect(operationsFit(await building(140_000))?.large).toHaveLength(1)
    const late = [127, 128, 128, 128, 128, 128, 128, 128, 128, 32]
    expect(operationsFit(await columnsWith(inOneChange(['a']), (rows) => rows, [['time', late, 1]]))).toBeUndefined()
  })
})

/** An operation in a document. The actors of ids are indexes. */
interface Row {
  object: Id | undefined
  key: string | undefined
  element: Id | 'start' | undefined
  id: Id
  insert: boolean
  action: number
  kind: number
  successors: Id[]
}
type Id = readonly [actor: number, counter: number]

const STRING = 6
const [TRUE, BYTES] = [2, 7]
const VALUES: ReadonlyMap<number, object> = new Map([
  [STRING, { value: 'x' }],
  [BYTES, { value: new Uint8Array() }],
  [TRUE, { value: true }],
])
const KINDS = [STRING, 4, BYTES, TRUE]

const rowsOf = ({ ofOperations }: DocumentColumns): Row[] => {
  const data = (name: NameOfColumn) => ofOperations.get(name)?.data
  const [objectActors, objectCounters] = [unsigned(data('object actor')), unsigned(data('object counter'))]
  const [keys, keyActors, keyCounters] = [texts(data('key string')), unsigned(data('key actor')), deltas(data('key counter'))]
  const [actors, counters, inserts] = [unsigned(data('actor')), deltas(data('counter')), truths(data('insert'))]
  const [actions, values, counts] = [unsigned(data('action')), unsigned(data('value length')), unsigned(data('successor count'))]
  const [laterActors, laterCounters] = [unsigned(data('successor actor')), deltas(data('successor counter'))]
  const pair = (actor: number | undefined, counter: number | undefined): Id | undefined =>
    actor === undefined || counter === undefined ? undefined : [actor, counter]
  return Array.from({ length: ofOperations.get('action')?.rows ?? 0 }, (): Row => {
    const [key, ofActor, ofCounter] = [keys(), keyActors(), keyCounters()]
    return {
      object: pair(objectActors(), objectCounters()),
      key: key && new TextDecoder().decode(key),
      element: ofCounter === 0 && ofActor === undefined ? 'start' : pair(ofActor, ofCounter),
      id: pair(actors(), counters()) ?? [0, 0],
      insert: inserts(),
      action: actions() ?? 0,
      kind: (values() ?? 0) % 16,
      successors: Array.from({ length: counts() ?? 0 }, () => pair(laterActors(), laterCounters()) ?? [0, 0]),
    }
  })
}

/** Encodes each row as a separate run. Strings have one letter; other values have no bytes. */
const columnsOf = (rows: readonly Row[]): DocumentColumns['ofOperations'] => {
  const run = <T>(values: readonly (T | undefined)[], bytes: (value: T) => number[]): Column => ({
    data: Uint8Array.from(values.flatMap((value) => (value === undefined ? [0, 1] : [1, ...bytes(value)]))),
    rows: values.length,
  })
  const delta = (values: readonly (number | undefined)[]): Column => {
    let sum = 0
    return run(values, (value) => {
      const step = value - sum
      sum = value
      return sleb(step)
    })
  }
  const key = (text: string) => [...uleb(text.length), ...new TextEncoder().encode(text)]
  const elements = rows.map(({ element }) => (element === 'start' ? ([undefined, 0] as const) : element))
  const later = rows.flatMap(({ successors }) => successors)
  return new Map<NameOfColumn, Column>([
    [
      'object actor',
      run(
        rows.map(({ object }) => object?.[0]),
        uleb,
      ),
    ],
    [
      'object counter',
      run(
        rows.map(({ object }) => object?.[1]),
        uleb,
      ),
    ],
    [
      'key actor',
      run(
        elements.map((element) => element?.[0]),
        uleb,
      ),
    ],
    ['key counter', delta(elements.map((element) => element?.[1]))],
    [
      'key string',
      run(
        rows.map((row) => row.key),
        key,
      ),
    ],
    [
      'actor',
      run(
        rows.map(({ id }) => id[0]),
        uleb,
      ),
    ],
    ['counter', delta(rows.map(({ id }) => id[1]))],
    ['insert', { data: Uint8Array.from(rows.flatMap(({ insert }) => (insert ? [0, 1] : [1, 0]))), rows: rows.length }],
    [
      'action',
      run(
        rows.map(({ action }) => action),
        uleb,
      ),
    ],
    [
      'value length',
      run(
        rows.map(({ kind }) => (kind === STRING ? 16 : 0) + kind),
        uleb,
      ),
    ],
    ['value', { data: new Uint8Array(rows.filter(({ kind }) => kind === STRING).length), rows: 0 }],
    [
      'successor count',
      run(
        rows.map(({ successors }) => successors.length),
        uleb,
      ),
    ],
    [
      'successor actor',
      run(
        later.map(([actor]) => actor),
        uleb,
      ),
    ],
    ['successor counter', delta(later.map(([, counter]) => counter))],
  ])
}
type NameOfChanges = DocumentColumns['ofChanges'] extends ReadonlyMap<infer Name, Column> ? Name : never
type NameOfColumn = DocumentColumns['ofOperations'] extends ReadonlyMap<infer Name, Column> ? Name : never

const uleb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...uleb(Math.floor(value / 128))])
const sleb = (value: number): number[] =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...sleb(Math.floor(value / 128))]

/** A random mutation of the rows of a document. */
const aMutation: fc.Arbitrary<(rows: Row[]) => void> = fc
  .tuple(fc.nat(12), fc.nat(), fc.nat(), fc.nat(3))
  .map(([what, one, another, choice]) => (rows: Row[]) => {
    const [row, other] = [rows[one % rows.length], rows[another % rows.length]]
    if (!row || !other) return
    const acts: readonly (() => void)[] = [
      () => (row.object = choice === 0 ? undefined : other.id),
      () => (row.object = other.object),
      () => (row.key = choice === 0 ? undefined : (other.key ?? 'key 0')),
      () => (row.element = choice === 0 ? 'start' : choice === 1 ? undefined : other.id),
      () => (row.id = choice === 0 ? other.id : [row.id[0], row.id[1] + choice - 2]),
      () => (row.insert = !row.insert),
      () => (row.action = [0, 1, 4, 5][choice] ?? 1),
      () => (row.kind = KINDS[choice] ?? STRING),
      () => row.successors.push(choice === 0 ? (row.successors.at(-1) ?? other.id) : other.id),
      () => row.successors.push(...other.successors.slice(0, 1)),
      () => row.successors.pop(),
      () => rows.push(...rows.splice(one % rows.length, 1)),
      () => rows.splice(one % rows.length, 0, { ...row, successors: [...row.successors] }),
    ]
    acts[what]?.()
  })

/** Converts the rows to changes and checks each like the gate. Deletions have no row. */
const passAsChanges = async (
  rows: readonly Row[],
  actors: readonly string[],
  metas: ReturnType<Handle['getChangesMeta']>,
): Promise<boolean> => {
  const name = ([actor, counter]: Id) => `${counter}@${actors[actor]}`
  const operations = new Map<string, Record<string, unknown> & { readonly pred: string[] }>()
  const where = ({ object, key, element }: Row) => ({
    obj: object ? name(object) : '_root',
    ...(element === undefined ? { key } : { elemId: element === 'start' ? '_head' : name(element) }),
  })
  for (const row of rows) {
    if (operations.has(name(row.id))) return false
    const value = VALUES.get(row.kind) ?? { value: 1, datatype: 'int' }
    const action = ({ 0: 'makeMap', 1: 'set', 4: 'makeText' } as Record<number, string>)[row.action] ?? 'inc'
    operations.set(name(row.id), { action, ...where(row), insert: row.insert, ...(row.action === 1 ? value : {}), pred: [] })
  }
  for (const row of rows) {
    for (const each of row.successors) {
      const deleted = {
        action: 'del',
        ...where(row),
        ...(row.insert && { elemId: name(row.id) }),
        insert: false,
        pred: [] as string[],
      }
      const later = operations.get(name(each)) ?? deleted
      operations.set(name(each), later)
      later.pred.push(name(row.id))
    }
  }
  const changes = metas.map(({ actor, seq, startOp, maxOp, deps }) => {
    const ops = Array.from({ length: maxOp - startOp + 1 }, (_, at) => operations.get(`${startOp + at}@${actor}`))
    return { actor, seq, startOp, time: 1, message: '', deps, ops }
  })
  if (changes.some(({ ops }) => ops.some((each) => each === undefined))) return false
  if (changes.reduce((sum, { ops }) => sum + ops.length, 0) !== operations.size) return false
  return passSingly(
    changes.map((change) => encodeChange(change as unknown as DecodedChange)),
    metas.map(({ hash }) => hash),
  )
}
