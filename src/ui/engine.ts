import type { EngineClient } from '../engine/api/client.ts'

let client: EngineClient | undefined

/** Sets the engine of the interface; call it once, before the first element renders. */
export const provideEngine = (given: EngineClient): void => {
  client = given
}

/** The engine of this page. @throws {Error} before `provideEngine` */
export const engine = (): EngineClient => {
  if (!client) throw new Error('The interface has no engine. Call `provideEngine` before the first element renders.')
  return client
}
