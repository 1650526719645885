/** Checks all stored data in the background for values that something other than Tessera altered, removed or rolled back. */
import type { SpaceId } from '../../space/ids.ts'
import type { Integrity } from '../api/engine.ts'
import { report } from '../api/report.ts'
import { follow, subscribable } from '../api/subscribable.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import type { EngineModule } from '../workers/engine-module.ts'

export interface CheckTimes {
  /** Milliseconds without activity (an edit or the opening of a space) before the check starts. */
  readonly after: number
  /** Milliseconds without activity before it continues. */
  readonly quiet: number
}

/** Long enough that the first window is displayed before the check uses the disk. */
const USUAL: CheckTimes = { after: 8_000, quiet: 500 }

const NOTHING: Integrity = { checked: undefined, spaces: [], profile: false }

export const checkModule = ({ after, quiet }: CheckTimes = USUAL): EngineModule => {
  const integrity = subscribable<Integrity>(NOTHING)
  const opened = subscribable<ProfileSession | undefined>(undefined)
  let active = 0
  let running: Promise<void> = Promise.resolve()
  let stop = new AbortController()

  /** Waits until the engine is idle, and at least one turn of the event loop. */
  const giveWay = async (signal: AbortSignal, idle: number): Promise<void> => {
    do {
      await wait(Math.max(0, active + idle - Date.now()), signal)
    } while (Date.now() < active + idle)
  }

  const check = async (profile: ProfileSession, signal: AbortSignal): Promise<void> => {
    await giveWay(signal, after)
    const found = await profile.vault.check([...profile.held.keys()], () => giveWay(signal, quiet))
    const ofSpaces = [...found].filter((area) => profile.held.has(area as SpaceId) && area !== profile.home.id) as SpaceId[]
    for (const space of ofSpaces) profile.noteDamaged(space)
    integrity.set({ ...integrity.value, checked: Date.now(), profile: found.size > ofSpaces.length })
  }

  const begin = () => {
    active = Date.now()
  }

  return {
    calls: {},
    watches: {
      integrity(_, push) {
        return follow(opened, (profile) => {
          let [spaces, now] = [profile?.spaces.value ?? [], integrity.value]
          const emit = () => push({ ...now, spaces: spaces.filter(({ damaged }) => damaged).map(({ id }) => id) })
          const stops = [
            integrity.watch((next) => {
              now = next
              emit()
            }),
            profile?.spaces.watch((next) => {
              if (next.map(damagedId).join() === spaces.map(damagedId).join()) return
              spaces = next
              emit()
            }),
          ]
          return () => {
            for (const end of stops) end?.()
          }
        })
      },
    },
    profileOpened(profile) {
      begin()
      stop = new AbortController()
      const { signal } = stop
      opened.set(profile)
      running = check(profile, signal).catch((error: unknown) => {
        if (!signal.aborted) report(error)
      })
    },
    spaceOpened: begin,
    spaceChanged: begin,
    async ended() {
      stop.abort()
      await running
      opened.set(undefined)
      integrity.set(NOTHING)
    },
  }
}

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', end, { once: true })
  })

const damagedId = ({ id, damaged }: { readonly id: SpaceId; readonly damaged: boolean }): string => (damaged ? id : '')
