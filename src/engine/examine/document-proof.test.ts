import { expect, it, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { handClock } from '../../../test/support/hand-clock.ts'
import { type DecodedChange, encodeChange, newResident } from '../../space/automerge.ts'
import { transact } from '../../space/write.ts'
import { documentProof } from './document-proof.ts'
import { type Examine, examineHere } from './examination.ts'

const ACTOR = 'aa'.repeat(24)
const NEIGHBOUR = 'cc'.repeat(32)

/** A document with a proof that examines in this thread. */
const proven = (size = 0) => {
  const { handle } = newResident(ACTOR)
  const clock = handClock()
  const asked: string[] = []
  const examine: Examine = (name, question) => {
    asked.push(name)
    return examineHere(name, question)
  }
  const failed = vi.fn()
  const exclusive = vi.fn((work: () => Promise<unknown>) => work())
  const proof = documentProof({
    clock,
    examine,
    handle: () => handle,
    size: () => size,
    exclusive: exclusive as never,
    failed,
  })
  const write = (value: number) => {
    const before = handle.getHeads()
    transact(handle, '{}', 1, (transaction) => transaction.put('/', 'key', value))
    proof.received(
      NEIGHBOUR,
      handle.getChangesMeta(before).map(({ hash }) => hash),
    )
  }
  return { handle, clock, asked, failed, exclusive, proof, write }
}

it('checks several batches together after a pause', async () => {
  const { clock, asked, failed, proof, write } = proven()
  for (let index = 0; index < 5; index++) {
    write(index)
    clock.turn(2_500)
  }
  expect(asked).toEqual([])
  clock.turn(2_500)
  await eventually(() => expect(asked).toEqual(['loads']))
  clock.turn(60_000)
  expect([asked.length, failed.mock.calls.length, proof.unsound]).toEqual([1, 0, false])
})

it('checks a small document even without a pause, but a large one only after a pause', async () => {
  for (const [size, times] of [
    [0, 1],
    [1_000_000, 0],
  ] as const) {
    const { clock, asked, proof, write } = proven(size)
    for (let index = 0; index < 31; index++) {
      write(index)
      clock.turn(1_000)
    }
    await eventually(() => expect(asked).toHaveLength(times))
    if (times > 0) continue
    clock.turn(4_000)
    proof.written()
    clock.turn(4_999)
    expect(asked).toEqual([])
    clock.turn(1)
    await eventually(() => expect(asked).toHaveLength(1))
  }
})

it('reports the change that breaks a document and the device that sent it', async () => {
  const { handle, clock, failed, proof, write } = proven()
  write(1)
  // Its operation number is invalid. The gate rejects such a change; Automerge accepts it.
  handle.loadIncremental(
    encodeChange({
      actor: 'bb'.repeat(24),
      seq: 1,
      startOp: 1,
      time: 1,
      message: '',
      deps: handle.getHeads(),
      ops: [{ action: 'set', obj: '_root', key: 'key', value: 'low', pred: [] }],
    } as unknown as DecodedChange),
  )
  const [broken = ''] = handle.getHeads()
  proof.received(NEIGHBOUR, [broken])
  write(2)
  clock.turn(5_000)
  await eventually(() => expect(failed).toHaveBeenCalledOnce())
  expect(failed).toHaveBeenCalledWith(
    expect.objectContaining({ code: 'damaged', message: expect.stringMatching(`${broken}.*${NEIGHBOUR.slice(0, 8)}`) }),
  )
  expect(proof.unsound).toBe(true)
})

it('blocks writes only while the document is saved', async () => {
  const { clock, exclusive, write, asked } = proven()
  write(1)
  clock.turn(5_000)
  await eventually(() => expect(asked).toEqual(['loads']))
  // The examination runs outside of the exclusive task.
  expect(exclusive).toHaveBeenCalledOnce()
  expect(await exclusive.mock.results[0]?.value).toMatchObject({ bytes: expect.any(Uint8Array) })
})
