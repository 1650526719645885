import { engine } from '../engine.ts'
import { attempt } from './message.ts'

let locking = false

/** Whether this tab is locking Tessera, which locks every tab. */
export const isLocking = (): boolean => locking

/** Locks Tessera in every tab. */
export const lock = async (): Promise<void> => {
  locking = true
  await attempt(() => engine().call('lock'))
  locking = false
}
