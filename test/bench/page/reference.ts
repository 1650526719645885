import { trustedScriptUrl } from '../../../src/engine/workers/trusted-script-url.ts'
import type { Asked } from './asked.ts'
import worker from './reference-worker.ts?worker&url'

/** The worker that works beside the engine, asked over one port. */
export interface Reference {
  ask<T = unknown>(what: Asked['do'], number?: number): Promise<T>
  /** Its way to the other page's worker, by `rawChannel`. */
  through(channel: RTCDataChannel): void
}

type Told = { readonly id: string; readonly value?: unknown } | { readonly out: string }

/** @param document address of the bare document */
export const startReference = (document: string): Promise<Reference> => {
  const { port1, port2 } = new MessageChannel()
  const waiting = new Map<string, (value: unknown) => void>()
  let channel: RTCDataChannel | undefined
  new Worker(trustedScriptUrl(worker), { type: 'module' }).postMessage({ port: port2, document }, [port2])
  let last = 0
  const reference: Reference = {
    ask: (what, number = 0) =>
      new Promise((resolve) => {
        last += 1
        const id = String(last)
        waiting.set(id, resolve as (value: unknown) => void)
        port1.postMessage({ id, do: what, number } satisfies Asked)
      }),
    through(given) {
      channel = given
      given.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') port1.postMessage({ in: data })
      })
    },
  }
  return new Promise((resolve) => {
    waiting.set('ready', () => resolve(reference))
    port1.onmessage = ({ data }: MessageEvent<Told>) => {
      if ('out' in data) return channel?.send(data.out)
      waiting.get(data.id)?.(data.value)
      waiting.delete(data.id)
    }
  })
}
