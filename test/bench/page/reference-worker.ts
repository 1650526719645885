/** What stands beside an edit and a sync: each step by itself, in a worker, over one MessagePort. */
import wasm from '@automerge/automerge/automerge.wasm?url'
import { newSigningKeys, type Sign, signer } from '../../../src/bytes/ed25519.ts'
import { randomBytes } from '../../../src/bytes/encoding.ts'
import { type Handle, loadAutomerge, newResident } from '../../../src/space/automerge.ts'
import { bareCell } from '../support/bare-document.ts'
import type { Asked } from './asked.ts'

const STORE = 'values'
/** An actor of this worker's own. */
const ACTOR = 'b7'.repeat(24)
/** Bytes that an edit puts beside its change: a statement, the id of the call, and what frames them. */
const BESIDE_CHANGE = 240

const database = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('bench-reference', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** One strict transaction of as many values as an edit's. */
const put = (store: IDBDatabase, number: number, values: readonly Uint8Array[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const transaction = store.transaction(STORE, 'readwrite', { durability: 'strict' })
    for (const [index, value] of values.entries()) transaction.objectStore(STORE).put(value, [index === 0 ? number : 0, index])
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })

const load = (bytes: Uint8Array): Handle => {
  const { handle } = newResident(ACTOR)
  handle.loadIncremental(bytes)
  handle.updateDiffCursor()
  return handle
}

const bareEdit = (handle: Handle, number: number): Uint8Array => {
  const before = handle.getHeads()
  const { object, key } = bareCell(handle, number)
  handle.put(object, key, `edited ${number}`)
  handle.commit('{"what":"set"}', 1)
  return handle.saveSince(before)
}

const timed = <T>(work: () => T): { readonly value: T; readonly time: number } => {
  const began = performance.now()
  const value = work()
  return { value, time: performance.now() - began }
}

addEventListener('message', async ({ data: { port, document } }: MessageEvent<{ port: MessagePort; document: string }>) => {
  await loadAutomerge(wasm)
  const bytes = new Uint8Array(await (await fetch(document)).arrayBuffer())
  const handle = load(bytes)
  const store = await database()
  const sign: Sign = await signer(await newSigningKeys())
  const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  let echoed: (() => void) | undefined

  const answer: Record<Asked['do'], (asked: Asked) => Promise<unknown>> = {
    async edit({ number = 0 }) {
      const change = bareEdit(handle, number)
      const signature = await sign(change)
      const part = new Uint8Array(change.length + BESIDE_CHANGE)
      part.set(change)
      part.set(signature, change.length)
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: randomBytes(12) }, aes, part)
      await put(store, number, [new Uint8Array(sealed), randomBytes(80)])
    },
    async save() {
      const { value, time } = timed(() => handle.save())
      return { bytes: value.length, time }
    },
    async load() {
      const { value, time } = timed(() => load(bytes))
      value.free()
      return { time }
    },
    async 'round-trip'() {
      const began = performance.now()
      await new Promise<void>((resolve) => {
        echoed = resolve
        port.postMessage({ out: 'ask' })
      })
      return { time: performance.now() - began }
    },
  }

  port.onmessage = async ({ data }: MessageEvent<Asked | { in: string }>) => {
    if ('in' in data) {
      if (data.in === 'ask') port.postMessage({ out: 'echo' })
      else echoed?.()
      return
    }
    port.postMessage({ id: data.id, value: await answer[data.do](data) })
  }
  port.postMessage({ id: 'ready' })
})
