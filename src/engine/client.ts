import type { Calls, Watches } from './engine.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** `done` of `total`, in the units that the call's description names. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A watch that is running. `change` asks for something else in its place, keeping the last value until the new one is here. */
export interface Watching<Input> {
  change(input: Input): void
  stop(): void
}

/** The engine as the page holds it. */
export interface EngineClient {
  call<Name extends keyof Calls>(
    name: Name,
    ...rest: Parameters<Calls[Name]> extends []
      ? [options?: CallOptions]
      : [input: Parameters<Calls[Name]>[0], options?: CallOptions]
  ): Promise<ReturnType<Calls[Name]>>

  watch<Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    receive: (value: Watches[Name]['value']) => void,
    failed?: (error: Error) => void,
  ): Watching<Watches[Name]['input']>
}
