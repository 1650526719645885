import type { EngineClient } from '../engine/api/client.ts'

let client: EngineClient | undefined

/** Joins the interface to its engine; called once, before the first element is drawn. */
export const provideEngine = (given: EngineClient): void => {
  client = given
}

/** The engine of this page. @throws {Error} before `provideEngine` */
export const engine = (): EngineClient => {
  if (!client) throw new Error('The interface was drawn before `provideEngine` gave it an engine.')
  return client
}
