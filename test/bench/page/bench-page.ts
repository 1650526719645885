/** The whole app, its engine held out to the bench. */
import '../../../src/ui/theme/tokens.css'
import '../../../src/ui/theme/base.css'
import { startEngine } from '../../../src/page/start-engine.ts'
import { provideEngine } from '../../../src/ui/engine.ts'
import { watchBlocked } from './blocked.ts'
import { type EngineHandle, engineHandle } from './engine-handle.ts'
import { type RawChannel, rawChannel } from './raw-channel.ts'
import { startReference } from './reference.ts'

/** What the bench asks of a page. */
export interface Bench extends EngineHandle {
  readonly watchBlocked: typeof watchBlocked
  readonly startReference: typeof startReference
  readonly rawChannel: () => RawChannel
}

declare global {
  var bench: Bench
}

const engine = startEngine((message) => console.error(message))
provideEngine(engine)

globalThis.bench = { ...engineHandle(engine), watchBlocked, startReference, rawChannel }

await import('../../../src/ui/shell/app.ts')
document.body.append(document.createElement('tessera-app'))
