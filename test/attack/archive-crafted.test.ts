import { describe, expect, inject, it } from 'vitest'
import { type Cbor, fromCbor, toCbor } from '../../src/bytes/cbor.ts'
import { signer } from '../../src/bytes/ed25519.ts'
import { concat, hexBytes, utf8 } from '../../src/bytes/encoding.ts'
import { nodeExaminerThread } from '../../src/cli/node-examiner.ts'
import { type ExaminerThread, examiner } from '../../src/engine/examine/examiner.ts'
import { archiveModule } from '../../src/engine/features/archive.ts'
import { encodeArchive } from '../../src/engine/features/archive-file.ts'
import type { Core } from '../../src/engine/workers/engine-module.ts'
import { type DeviceKeys, newDeviceKeys } from '../../src/people/device-keys.ts'
import { packEntry } from '../../src/people/entry.ts'
import { sealFile } from '../../src/vault/sealed-file.ts'
import { eventually } from '../support/eventually.ts'
import { testSpace } from '../support/sessions.ts'

/** The weakest parameters of Argon2id, to keep the tests fast. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }

/** An entry that no honest device signs. */
const craftedEntry = async ({ sign }: DeviceKeys, space: Uint8Array, previous: readonly Uint8Array[], number: number) => {
  const body: Cbor = { number }
  const bytes = toCbor({ space, previous, device: sign.publicKey, type: 'odd', body })
  return packEntry(bytes, await (await signer(sign))(concat(utf8('tessera/entry/1'), bytes)))
}

/** An archive file whose log ends with `crafted` entries, each with `previous` previous entries. */
const craftedArchive = async (crafted: number, previous: number): Promise<Blob> => {
  const { session } = (await testSpace()).holder
  const { resident, schema } = session.space()
  const honest = [...session.log.values()]
  const [keys, space] = [await newDeviceKeys(), hexBytes(session.root)]
  const before = Array.from({ length: previous }, (_, at) => new Uint8Array(32).fill(at + 1))
  const packed: Uint8Array[] = []
  for (let number = 0; number < crafted; number++) packed.push(await craftedEntry(keys, space, before, number))
  const bytes = encodeArchive({
    name: schema.name,
    version: schema.version,
    made: 1,
    root: session.root,
    log: honest,
    statements: [...session.statements.values()],
    document: resident.handle.save(),
  })
  const content = fromCbor(bytes) as { log: Uint8Array[] }
  return sealFile(toCbor({ ...content, log: [...content.log, ...packed] } as Cbor), 'x', {}, QUICK)
}

/** The module that opens archives, with these workers as examiner. */
const partOver = (start: () => ExaminerThread) => {
  const part = archiveModule()
  const core = { examiner: examiner(start), feed: undefined, addShown: () => undefined, removeShown: () => undefined }
  part.profileOpened(undefined as never, core as unknown as Core)
  return (file: Blob, signal = new AbortController().signal) =>
    part.calls.openArchive?.({ file, passphrase: 'x' }, { id: 'a', signal, answer: () => undefined, progress: () => undefined })
}

describe('an archive crafted to take long', () => {
  it('is read only in a disposable worker, which ends when the call is cancelled', async () => {
    const asked: unknown[] = []
    let ended = 0
    // The worker never answers, so any other reading of the archive would be in the documents worker.
    const open = partOver(() => ({
      onmessage: null,
      onerror: null,
      postMessage: ({ name }) => void asked.push(name),
      terminate() {
        ended += 1
      },
    }))
    const cancel = new AbortController()
    const opening = open(await craftedArchive(3, 17), cancel.signal)
    const outcome = Promise.resolve(opening).catch((error: unknown) => error)
    await eventually(() => expect(asked).toEqual(['archive']))
    expect(ended).toBe(0)
    cancel.abort()
    expect(await outcome).toMatchObject({ name: 'AbortError' })
    expect(ended).toBe(1)
  })

  it('is rejected with the exceeded limit', async () => {
    const open = partOver(nodeExaminerThread(inject('examinerThread')))
    await expect(open(await craftedArchive(2_000, 1))).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/at most 2000 entries, got 2001/),
    })
    await expect(open(await craftedArchive(1, 17))).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/at most 16 previous entries, this one names 17/),
    })
  })
})
