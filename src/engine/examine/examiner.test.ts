import { describe, expect, inject, it, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { handClock } from '../../../test/support/hand-clock.ts'
import { nodeExaminerThread } from '../../cli/node-examiner.ts'
import { type DecodedChange, encodeChange, newResident } from '../../space/automerge.ts'
import { transact } from '../../space/write.ts'
import { type ExaminerThread, examiner } from './examiner.ts'

const STEM = 'aa'.repeat(16)
const ACTOR = `${STEM}${'01'.repeat(8)}`
const migrations = { first: '', named: [], known: [], writes: undefined }
const { examine } = examiner(nodeExaminerThread(inject('examinerThread')))

const document = (count = 3) => {
  const { handle } = newResident(ACTOR)
  for (let index = 0; index < count; index++)
    transact(handle, '{}', 1, (transaction) => transaction.put('/', `key ${index % 2}`, index))
  return handle
}

describe('a disposable worker', () => {
  it('returns the actor clocks of a valid document, and undefined without its attestations', async () => {
    const handle = document()
    const [change = ''] = handle.getHeads()
    const question = {
      bytes: handle.save(),
      devices: [[STEM, 'alice']] as const,
      attestations: [{ device: 'alice', change }],
      migrations,
    }
    expect(await examine('arrived', question)).toEqual(new Map([[ACTOR, { changes: 3, operation: 3 }]]))
    expect(await examine('arrived', { ...question, attestations: [] })).toBeUndefined()
    await expect(examine('arrived', { ...question, devices: [] })).rejects.toMatchObject({ code: 'unknown-device' })
    expect(await examine('changes', question)).toEqual(handle.getChanges([]))
  })

  it('rejects documents that the gate would reject', async () => {
    const handle = document()
    handle.put('/', 'bytes', Uint8Array.of(1))
    const change = handle.commit('{}', 1) ?? ''
    const question = {
      bytes: handle.save(),
      devices: [[STEM, 'alice']] as const,
      attestations: [{ device: 'alice', change }],
      migrations,
    }
    await expect(examine('arrived', question)).rejects.toMatchObject({ name: 'GateError', code: 'bad-operation' })
    await expect(examine('arrived', { ...question, bytes: question.bytes.subarray(0, 90) })).rejects.toMatchObject({
      name: 'GateError',
      code: 'garbled',
    })
  })

  it('finds the change that prevents a document from loading', async () => {
    const handle = document(4)
    const suspects = handle.getChangesMeta([]).map(({ hash }) => hash)
    expect(await examine('loads', { bytes: handle.save() })).toEqual(handle.getHeads())
    expect(await breakDocument(handle)).toBeDefined()
    const [broken = ''] = handle.getHeads()
    transact(handle, '{}', 1, (transaction) => transaction.put('/', 'later', 1))
    expect(await examine('loads', { bytes: handle.save() })).toBeUndefined()
    const bytes = handle.getChanges([])
    const changes = handle.getChangesMeta([]).map(({ hash }, at): [string, Uint8Array] => [hash, bytes[at] ?? new Uint8Array()])
    const later = handle.getHeads()
    expect(await examine('blame', { changes, suspects: [...suspects.slice(2), broken, ...later] })).toBe(broken)
    expect(await examine('blame', { changes, suspects: later })).toBeUndefined()
  })

  it('is terminated after its answer, and when it takes too long', async () => {
    const clock = handClock()
    const threads: ExaminerThread[] = []
    const { examine: asked } = examiner(() => {
      const thread: ExaminerThread = { onmessage: null, onerror: null, postMessage: vi.fn(), terminate: vi.fn() }
      threads.push(thread)
      return thread
    }, clock)
    const ask = () => asked('loads', { bytes: new Uint8Array(2 ** 20) })
    const [one, other, third] = [ask(), ask(), ask()]
    // At most two workers run at a time.
    expect(threads).toHaveLength(2)
    threads[0]?.onmessage?.({ data: { kind: 'answer', answer: ['a head'] } } as never)
    expect(await one).toEqual(['a head'])
    expect(threads[0]?.terminate).toHaveBeenCalledOnce()
    await eventually(() => expect(threads).toHaveLength(3))
    const ends = Promise.allSettled([other, third])
    clock.turn(29_999)
    expect(threads[1]?.terminate).not.toHaveBeenCalled()
    clock.turn(1)
    expect((await ends).map((each) => each.status === 'rejected' && each.reason.code)).toEqual(['too-slow', 'too-slow'])
    for (const { terminate } of threads) expect(terminate).toHaveBeenCalledOnce()
  })

  it('is terminated when its examination is cancelled, also one that waits for a worker', async () => {
    const threads: ExaminerThread[] = []
    const { examine: asked } = examiner(() => {
      const thread: ExaminerThread = { onmessage: null, onerror: null, postMessage: vi.fn(), terminate: vi.fn() }
      threads.push(thread)
      return thread
    }, handClock())
    const cancels = Array.from({ length: 4 }, () => new AbortController())
    const asks = Promise.allSettled(cancels.map(({ signal }) => asked('loads', { bytes: new Uint8Array(1) }, signal)))
    expect(threads).toHaveLength(2)
    for (const at of [2, 0]) cancels[at]?.abort()
    // The cancelled waiting examination has no worker; the next one takes its place.
    await eventually(() => expect(threads).toHaveLength(3))
    for (const at of [1, 3]) cancels[at]?.abort()
    expect((await asks).map((each) => each.status === 'rejected' && each.reason.name)).toEqual(Array(4).fill('AbortError'))
    for (const { terminate } of threads) expect(terminate).toHaveBeenCalledOnce()
  })

  it('is started in advance by prepare, used for the next document, and terminated when none arrives', async () => {
    const clock = handClock()
    const threads: ExaminerThread[] = []
    const { examine: asked, prepare } = examiner(() => {
      const thread: ExaminerThread = { onmessage: null, onerror: null, postMessage: vi.fn(), terminate: vi.fn() }
      threads.push(thread)
      return thread
    }, clock)
    prepare()
    prepare()
    expect(threads).toHaveLength(1)
    const answer = asked('loads', { bytes: new Uint8Array(1) })
    threads[0]?.onmessage?.({ data: { kind: 'answer', answer: undefined } } as never)
    await answer
    expect(threads).toHaveLength(1)
    prepare()
    clock.turn(30_000)
    expect(threads.map(({ terminate }) => vi.mocked(terminate).mock.calls.length)).toEqual([1, 1])
  })
})

/** Adds a change whose operation number is too low. Automerge applies it, but cannot load the document after saving it. */
const breakDocument = async (handle: ReturnType<typeof document>) => {
  const change = encodeChange({
    actor: `${STEM}${'02'.repeat(8)}`,
    seq: 1,
    startOp: 1,
    time: 1,
    message: '',
    deps: handle.getHeads(),
    ops: [{ action: 'set', obj: '_root', key: 'key 0', value: 'low', pred: [] }],
  } as unknown as DecodedChange)
  handle.loadIncremental(change)
  return change
}
