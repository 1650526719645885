import type { Page } from '@playwright/test'
import type { TestDevice } from './support.ts'

interface Hooks {
  /** Milliseconds by which answers of the index to this page are delayed. */
  indexDelay: number
  /** The port to the documents worker. */
  documents: MessagePort | undefined
}

declare global {
  interface Window {
    tesseraHooks?: Hooks
  }
}

/** Hooks the page's ports to the engine, so that a test can delay the index and call the engine. Call it before the page loads. */
export const hookPorts = async ({ context }: TestDevice): Promise<void> => {
  await context.addInitScript(() => {
    const hooks: Hooks = { indexDelay: 0, documents: undefined }
    window.tesseraHooks = hooks
    const post = MessagePort.prototype.postMessage
    MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: never[]) {
      const { kind, name } = (message ?? {}) as { kind?: string; name?: string }
      if (kind === 'watch' && name === 'schema') hooks.documents = this
      return post.call(this, message, ...rest)
    }
    const onmessage = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')
    if (!onmessage) throw new Error('This browser has no MessagePort.onmessage.')
    Object.defineProperty(MessagePort.prototype, 'onmessage', {
      ...onmessage,
      set(this: MessagePort, handler: ((event: MessageEvent) => void) | null) {
        onmessage.set?.call(
          this,
          handler &&
            ((event: MessageEvent) => {
              const isWindow = event.data?.kind === 'value' && event.data.value?.rows !== undefined
              if (isWindow && hooks.indexDelay > 0) setTimeout(() => handler(event), hooks.indexDelay)
              else handler(event)
            }),
        )
      },
    })
  })
}

/** Delays every answer of the index to the page. */
export const delayIndex = (page: Page, milliseconds: number): Promise<void> =>
  page.evaluate((delay) => {
    if (window.tesseraHooks) window.tesseraHooks.indexDelay = delay
  }, milliseconds)

/** Makes the engine's writes to disk fail as on a full disk, or succeed again. */
export const failWrites = async (page: Page, fails: boolean): Promise<void> => {
  for (const worker of page.workers())
    await worker.evaluate((fails) => {
      const hooked = globalThis as { failsWrites?: boolean }
      if (hooked.failsWrites === undefined) {
        const { put } = IDBObjectStore.prototype
        IDBObjectStore.prototype.put = function (...parameters) {
          if (hooked.failsWrites) throw new DOMException('The disk is full.', 'QuotaExceededError')
          return put.apply(this, parameters)
        }
      }
      hooked.failsWrites = fails
    }, fails)
}

/** The stored rows of a table as CSV lines, without header and ids. The engine exports them from the document of the shown space. */
export const storedLines = async (page: Page, table: string): Promise<string[]> => {
  const csv = await page.evaluate(async (table) => {
    const port = window.tesseraHooks?.documents
    if (!port) throw new Error('The page has no port to the engine.')
    const id = crypto.randomUUID()
    const files = await new Promise<readonly { readonly name: string; readonly content: Blob }[]>((resolve, reject) => {
      port.addEventListener('message', ({ data }) => {
        if (data.id !== id || data.kind === 'progress') return
        if (data.kind === 'result') resolve(data.value)
        else reject(new Error(data.message))
      })
      const space = location.hash.split('/')[2]
      port.postMessage({ kind: 'call', id, name: 'exportSpace', input: { space, format: 'csv' } })
    })
    return files.find(({ name }) => name === `${table}.csv`)?.content.text()
  }, table)
  if (csv === undefined) throw new Error(`The engine exported no table "${table}".`)
  const lines = csv
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
  return lines.slice(1).map((line) => line.slice(line.indexOf(',') + 1))
}
