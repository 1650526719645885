import type { EngineClient } from '../../../src/engine/api/client.ts'
import type { Watches } from '../../../src/engine/api/engine.ts'

/** The engine as a page holds it out to the bench. */
export interface EngineHandle {
  readonly engine: EngineClient
  /** The first value of a watch that fits, with the milliseconds since 1970 at which it came. */
  until<Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    fits: (value: Watches[Name]['value']) => boolean,
  ): Promise<{ readonly value: Watches[Name]['value']; readonly at: number }>
}

export const engineHandle = (engine: EngineClient): EngineHandle => ({
  engine,
  until: (name, input, fits) =>
    new Promise((resolve, reject) => {
      const watching = engine.watch(
        name,
        input,
        (value) => {
          if (!fits(value)) return
          queueMicrotask(() => watching.stop())
          resolve({ value, at: performance.timeOrigin + performance.now() })
        },
        reject,
      )
    }),
})
