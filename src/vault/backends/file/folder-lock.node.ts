import { randomUUID } from 'node:crypto'
import { open, readFile, readlink, rename, stat, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { VaultError } from '../../errors.ts'
import { codeOf, missingIsFine } from './system-error.node.ts'

const LOCK = 'lock'
/** Milliseconds after which an unreadable lock is the remains of a power cut, and not being written. */
const UNREADABLE_FOR = 2_000

/** Where a process runs. Pids are comparable only in the same place. */
interface Place {
  readonly host: string
  /** The id of the installed system; null if there is none, as in many containers. */
  readonly machine: string | null
  /** Linux creates a new id at each boot; containers on the machine share it. */
  readonly boot: string | null
  /** Linux: each container usually has a pid namespace of its own. */
  readonly pidNamespace: string | null
}

interface Holder {
  readonly pid: number
  /** When the folder was locked, for display. */
  readonly since: string
  /** Distinguishes a process from a later one with the same pid; null if the system does not provide it. */
  readonly started: string | null
  /** Undefined in a lock of an earlier version. */
  readonly place: Place | undefined
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id'
const MACHINE_ID = '/etc/machine-id'
/** PROC_PID_INIT_INO in Linux' include/linux/proc_ns.h: the namespace of processes that run in no container. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]'
/** proc(5): of what follows the name in parentheses in /proc/<pid>/stat, the first is the state, the twentieth the start. */
const STATE_FIELD = 0
const STARTED_FIELD = 19
/** Ended, but not yet waited for by its parent. Such a process writes nothing. */
const ENDED_STATES = ['Z', 'X']

const textOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (text) => text.trim() || null,
    // Such files exist only on Linux.
    () => null,
  )

const placeHere = async (): Promise<Place> => {
  const [machine, boot, pidNamespace] = await Promise.all([
    textOf(MACHINE_ID),
    textOf(BOOT_ID),
    readlink('/proc/self/ns/pid').catch(() => null),
  ])
  return { host: hostname(), machine, boot, pidNamespace }
}

/** When a process started, in ticks since boot, and whether it has ended without being waited for. */
const processState = async (pid: number): Promise<{ readonly started: string; readonly hasEnded: boolean } | undefined> => {
  const [boot, text] = await Promise.all([textOf(BOOT_ID), textOf(`/proc/${pid}/stat`)])
  if (boot === null || text === null) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { started: `${boot} ${fields[STARTED_FIELD]}`, hasEnded: ENDED_STATES.includes(fields[STATE_FIELD] ?? '') }
}

/** Only for a holder in the same place, where its pid is valid. */
const isRunning = async ({ pid, started }: Holder): Promise<boolean> => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs as another user.
    if (codeOf(error) === 'ESRCH') return false
  }
  const now = await processState(pid)
  if (!now) return true
  return !now.hasEnded && (started === null || started === now.started)
}

/** `unseen`: this process cannot determine whether the holder still runs elsewhere. */
type HolderState = 'running' | 'ended' | 'unseen'

const stateOf = async (holder: Holder, here: Place): Promise<HolderState> => {
  const { place } = holder
  const seen = async (): Promise<HolderState> => ((await isRunning(holder)) ? 'running' : 'ended')
  if (!place) return seen()
  if (place.boot === null || here.boot === null) return place.host === here.host ? seen() : 'unseen'
  if (place.boot === here.boot) return place.pidNamespace === here.pidNamespace ? seen() : 'unseen'
  const isSameSystem = place.machine !== null && place.machine === here.machine && place.host === here.host
  const isInContainer = [place, here].some(({ pidNamespace }) => pidNamespace !== FIRST_PID_NAMESPACE)
  // The machine was restarted, which ended every process. A container may have the name and machine id of one on another machine.
  return isSameSystem && !isInContainer ? 'ended' : 'unseen'
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const placeIn = (place: Partial<Place> | undefined): Place | undefined =>
  typeof place?.host === 'string'
    ? {
        host: place.host,
        machine: textOrNull(place.machine),
        boot: textOrNull(place.boot),
        pidNamespace: textOrNull(place.pidNamespace),
      }
    : undefined

const holderIn = (text: string): Holder | undefined => {
  try {
    const { pid, since, started, place } = JSON.parse(text) as Partial<Holder>
    return Number.isSafeInteger(pid) && pid !== undefined && pid > 0
      ? { pid, since: String(since), started: textOrNull(started), place: placeIn(place) }
      : undefined
  } catch {
    return undefined
  }
}

const inUse = (folder: string, holder: Holder | undefined): VaultError => {
  const path = join(folder, LOCK)
  const who = holder ? `process ${holder.pid} (since ${holder.since})` : 'a process that has just started'
  const stop = holder ? `Close that program, or end it with "kill ${holder.pid}"` : 'Try again in a few seconds'
  return new VaultError('in-use', `${folder} is in use by ${who}. ${stop}. If no Tessera runs there, remove ${path}.`)
}

const inUseElsewhere = (folder: string, { pid, since, place }: Holder, here: Place): VaultError => {
  const inWords = ({ host, pidNamespace, boot }: Place) =>
    `on the host "${host}" (${pidNamespace ?? 'no pid namespace'}, boot ${boot?.slice(0, 8) ?? 'unknown'})`
  return new VaultError(
    'in-use',
    `${folder} was opened by process ${pid} ${place ? inWords(place) : ''} at ${since} and not closed. ` +
      `This process runs ${inWords(here)} and cannot see whether that one still runs. ` +
      'Close Tessera there. If it does not run any more, start again with --take-over.',
  )
}

/** @returns false if a lock exists */
const writeLock = async (path: string, text: string): Promise<boolean> => {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock if it contains `text`; restores it if another process has replaced it. */
const removeStale = async (path: string, text: string): Promise<void> => {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    missingIsFine(error)
    return
  }
  if ((await readFile(aside, 'utf8')) === text) await unlink(aside)
  else await rename(aside, path)
}

/**
 * Locks a folder for this process with a lock file.
 * @param takeOver also from a holder elsewhere whose state is unknown; never from a running one
 * @throws {VaultError} `in-use`
 */
export const lockFolder = async (folder: string, takeOver = false): Promise<() => Promise<void>> => {
  const path = join(folder, LOCK)
  const [place, state] = await Promise.all([placeHere(), processState(process.pid)])
  const holder: Holder = {
    pid: process.pid,
    since: new Date().toISOString(),
    started: state?.started ?? null,
    place,
  }
  const text = `${JSON.stringify(holder)}\n`
  while (!(await writeLock(path, text))) {
    const [found, written] = await Promise.all([readFile(path, 'utf8').catch(missingIsFine), stat(path).catch(missingIsFine)])
    if (found === undefined || written === undefined) continue
    const other = holderIn(found)
    if (!other && Date.now() - written.mtimeMs < UNREADABLE_FOR) throw inUse(folder, undefined)
    const otherState = other ? await stateOf(other, place) : 'ended'
    if (otherState === 'running') throw inUse(folder, other)
    if (other && otherState === 'unseen' && !takeOver) throw inUseElsewhere(folder, other, place)
    await removeStale(path, found)
  }
  // If two processes found the same stale lock, the one that is not named in it has lost.
  const now = await readFile(path, 'utf8').catch(missingIsFine)
  if (now !== text) throw inUse(folder, now === undefined ? undefined : holderIn(now))
  return async () => {
    if ((await readFile(path, 'utf8').catch(missingIsFine)) === text) await unlink(path).catch(missingIsFine)
  }
}
