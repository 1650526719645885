import type { Calls, Watches } from './engine.ts'
import { EngineFailure } from './failure.ts'
import { report } from './report.ts'
import type { Request, Response } from './rpc.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** `done` of `total`, in the units that the documentation of the call names. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A running watch. */
export interface Watching<Input> {
  /** Replaces the input. The watch emits nothing until the first value for the new input. */
  change(input: Input): void
  stop(): void
}

/** The engine as the page uses it. */
export interface EngineClient {
  call<Name extends keyof Calls>(
    name: Name,
    ...rest: Parameters<Calls[Name]> extends []
      ? [input?: undefined, options?: CallOptions]
      : [input: Parameters<Calls[Name]>[0], options?: CallOptions]
  ): Promise<ReturnType<Calls[Name]>>

  watch<Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    receive: (value: Watches[Name]['value']) => void,
    failed?: (error: Error) => void,
  ): Watching<Watches[Name]['input']>
}

/** Watches that the index worker answers. The documents worker answers everything else. */
const OF_INDEX: ReadonlySet<keyof Watches> = new Set(['window', 'record', 'counts', 'outline', 'search', 'path'])

interface Pending {
  readonly request: Extract<Request, { kind: 'call' }>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onProgress: CallOptions['onProgress']
}

interface Watched {
  request: Extract<Request, { kind: 'watch' }>
  readonly receive: (value: unknown) => void
  readonly failed: (error: Error) => void
}

export interface Ports {
  readonly documents: MessagePort
  readonly index: MessagePort
}

/** A client whose engine may move to another tab: running calls and watches are sent again to the new one. */
export interface PortClient extends EngineClient {
  /** Switches to the engine behind these ports. */
  attach(ports: Ports): void
}

export const portClient = (): PortClient => {
  const pending = new Map<string, Pending>()
  const watched = new Map<string, Watched>()
  let ports: Ports | undefined

  const portFor = (name: keyof Watches) => (OF_INDEX.has(name) ? ports?.index : ports?.documents)

  const receive = ({ data }: MessageEvent<Response>) => {
    const waiting = pending.get(data.id)
    const watch = watched.get(data.id)
    if (data.kind === 'progress') waiting?.onProgress?.(data.done, data.total)
    else if (data.kind === 'value') watch?.receive(data.value)
    else if (data.kind === 'result') {
      pending.delete(data.id)
      waiting?.resolve(data.value)
    } else {
      const error =
        data.code === 'aborted'
          ? new DOMException(data.message, 'AbortError')
          : new EngineFailure(data.code, data.message, data.detail)
      pending.delete(data.id)
      waiting?.reject(error)
      watch?.failed(error)
    }
  }

  return {
    attach(next) {
      ports?.documents.close()
      ports?.index.close()
      ports = next
      next.documents.onmessage = receive
      next.index.onmessage = receive
      for (const { request } of watched.values()) portFor(request.name)?.postMessage(request)
      for (const { request } of pending.values()) next.documents.postMessage(request)
    },

    call(name, ...[input, options]) {
      const id = crypto.randomUUID()
      const { signal, onProgress } = options ?? {}
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const request = { kind: 'call', id, name, input } as const
        pending.set(id, { request, resolve: resolve as (value: unknown) => void, reject, onProgress })
        signal?.addEventListener('abort', () => ports?.documents.postMessage({ kind: 'abort', id }), { once: true })
        ports?.documents.postMessage(request)
      })
    },

    watch(name, input, receiveValue, failed = (error) => report(error)) {
      const id = crypto.randomUUID()
      const ask = (input: unknown) => {
        const request = { kind: 'watch', id, name, input } as const
        watched.set(id, { request, receive: receiveValue as (value: unknown) => void, failed })
        portFor(name)?.postMessage(request)
      }
      ask(input)
      return {
        change: ask,
        stop() {
          watched.delete(id)
          portFor(name)?.postMessage({ kind: 'unwatch', id })
        },
      }
    },
  }
}
