/**
 * Calls and watches over a MessagePort. Every call has a unique id, so that a call repeated to another tab's engine is not
 * executed twice.
 */
import type { Calls, Watches } from './engine.ts'
import { EngineFailure, type FailureCode } from './failure.ts'

export type Request =
  | { readonly kind: 'call'; readonly id: string; readonly name: keyof Calls; readonly input: unknown }
  | { readonly kind: 'abort'; readonly id: string }
  | { readonly kind: 'watch'; readonly id: string; readonly name: keyof Watches; readonly input: unknown }
  | { readonly kind: 'unwatch'; readonly id: string }

export type Response =
  | { readonly kind: 'result'; readonly id: string; readonly value: unknown }
  | {
      readonly kind: 'failure'
      readonly id: string
      readonly code: FailureCode | 'aborted'
      readonly message: string
      readonly detail: EngineFailure['detail']
    }
  | { readonly kind: 'progress'; readonly id: string; readonly done: number; readonly total: number }
  | { readonly kind: 'value'; readonly id: string; readonly value: unknown }

/** The second argument of a call handler. */
export interface CallContext<Result = unknown> {
  readonly id: string
  readonly signal: AbortSignal
  /** Sends the result before the handler has finished, so that the caller does not wait for what follows. */
  answer(result: Result): void
  progress(done: number, total: number): void
}

export type CallHandlers = {
  readonly [Name in keyof Calls]?: (
    input: Parameters<Calls[Name]>[0],
    context: CallContext<ReturnType<Calls[Name]>>,
  ) => Promise<ReturnType<Calls[Name]>>
}

/** Starts a watch: `push` is called with the current value and every update, `fail` with an error. @returns a function that ends it */
export type WatchHandlers = {
  readonly [Name in keyof Watches]?: (
    input: Watches[Name]['input'],
    push: (value: Watches[Name]['value']) => void,
    fail: (error: unknown) => void,
  ) => () => void
}

/** A call handler without the types of its call. */
export type AnyCall = (input: unknown, context: CallContext) => Promise<unknown>
export type AnyWatch = (input: unknown, push: (value: unknown) => void, fail: (error: unknown) => void) => () => void

/** Answers on `port` until it closes. @returns a function that ends every watch and aborts every call */
export const serveRpc = (
  port: MessagePort,
  callOf: (name: keyof Calls) => AnyCall | undefined,
  watchOf: (name: keyof Watches) => AnyWatch | undefined,
): (() => void) => {
  const running = new Map<string, AbortController>()
  const watching = new Map<string, () => void>()
  const send = (response: Response) => port.postMessage(response)

  const call = async ({ id, name, input }: Extract<Request, { kind: 'call' }>) => {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const handler = callOf(name)
      if (!handler) throw new EngineFailure('version-mismatch', `This engine has no call "${name}". Reload every tab of Tessera.`)
      const answer = (value: unknown) => {
        if (running.delete(id)) send({ kind: 'result', id, value })
      }
      const value = await handler(input, {
        id,
        signal: controller.signal,
        answer,
        progress: (done, total) => send({ kind: 'progress', id, done, total }),
      })
      answer(value)
    } catch (error) {
      if (running.delete(id)) send({ kind: 'failure', id, ...failureOf(error, controller.signal) })
    }
  }

  const watch = ({ id, name, input }: Extract<Request, { kind: 'watch' }>) => {
    watching.get(id)?.()
    watching.delete(id)
    try {
      const handler = watchOf(name)
      if (!handler)
        throw new EngineFailure('version-mismatch', `This engine has no watch "${name}". Reload every tab of Tessera.`)
      watching.set(
        id,
        handler(
          input,
          (value) => send({ kind: 'value', id, value }),
          (error) => send({ kind: 'failure', id, ...failureOf(error) }),
        ),
      )
    } catch (error) {
      send({ kind: 'failure', id, ...failureOf(error) })
    }
  }

  port.onmessage = ({ data }: MessageEvent<Request>) => {
    if (data.kind === 'call') void call(data)
    else if (data.kind === 'watch') watch(data)
    else if (data.kind === 'abort') running.get(data.id)?.abort()
    else {
      watching.get(data.id)?.()
      watching.delete(data.id)
    }
  }
  const end = () => {
    for (const controller of running.values()) controller.abort()
    for (const stop of watching.values()) stop()
    watching.clear()
  }
  port.addEventListener('close', end)
  return end
}

/** Keeps the code of errors that have one, also of errors of other modules. */
const failureOf = (error: unknown, signal?: AbortSignal): Omit<Extract<Response, { kind: 'failure' }>, 'kind' | 'id'> => {
  if (signal?.aborted || (error instanceof DOMException && error.name === 'AbortError')) {
    return { code: 'aborted', message: 'Cancelled.', detail: {} }
  }
  if (error instanceof EngineFailure) return { code: error.code, message: error.message, detail: error.detail }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const detail = 'detail' in error ? (error.detail as EngineFailure['detail']) : {}
    return { code: error.code as FailureCode, message: error.message, detail }
  }
  return { code: 'unknown', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error), detail: {} }
}
