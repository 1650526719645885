/** The whole app, its engine held out to the bench. */
import '../../../src/ui/theme/tokens.css'
import '../../../src/ui/theme/base.css'
import type { EngineClient } from '../../../src/engine/client.ts'
import type { Watches } from '../../../src/engine/engine.ts'
import { startEngine } from '../../../src/page/start-engine.ts'
import { provideEngine } from '../../../src/ui/engine.ts'
import { watchBlocked } from './blocked.ts'
import { type RawChannel, rawChannel } from './raw-channel.ts'
import { startReference } from './reference.ts'

/** What the bench asks of a page. */
export interface Bench {
  readonly engine: EngineClient
  readonly watchBlocked: typeof watchBlocked
  readonly startReference: typeof startReference
  readonly rawChannel: () => RawChannel
  /** The first value of a watch that fits, with the milliseconds since 1970 at which it came. */
  until<Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    fits: (value: Watches[Name]['value']) => boolean,
  ): Promise<{ readonly value: Watches[Name]['value']; readonly at: number }>
}

declare global {
  var bench: Bench
}

const engine = startEngine((message) => console.error(message))
provideEngine(engine)

globalThis.bench = {
  engine,
  watchBlocked,
  startReference,
  rawChannel,
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
}

await import('../../../src/ui/shell/app.ts')
document.body.append(document.createElement('tessera-app'))
