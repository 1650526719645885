import { randomUUID } from 'node:crypto'
import { open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '../errors.ts'
import { codeOf, missingIsFine } from './system-error.node.ts'

const LOCK = 'lock'
/** Milliseconds after which a lock with nothing readable in it is what a power cut left, and not one just being written. */
const UNREADABLE_FOR = 2_000

interface Holder {
  readonly pid: number
  /** When the folder was taken, for people. */
  readonly since: string
  /** Tells a process from a later one with the same pid; null where the system does not say. */
  readonly started: string | null
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id'
/** proc(5): of what follows the name in parentheses in /proc/<pid>/stat, the twentieth is when the process started. */
const STARTED_FIELD = 19

/** When a process started, in ticks since a boot that is named too. */
const startOf = async (pid: number): Promise<string | null> => {
  try {
    const [boot, text] = await Promise.all([readFile(BOOT_ID, 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')])
    const ticks = text.slice(text.lastIndexOf(')') + 2).split(' ')[STARTED_FIELD]
    return `${boot.trim()} ${ticks}`
  } catch {
    // No such folder beside Linux, and none for a process that ended: its pid then says all.
    return null
  }
}

const isAlive = async ({ pid, started }: Holder): Promise<boolean> => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as another user.
    if (codeOf(error) === 'ESRCH') return false
  }
  const now = await startOf(pid)
  return started === null || now === null || started === now
}

const holderIn = (text: string): Holder | undefined => {
  try {
    const { pid, since, started } = JSON.parse(text) as Partial<Holder>
    return Number.isSafeInteger(pid) && pid !== undefined && pid > 0
      ? { pid, since: String(since), started: typeof started === 'string' ? started : null }
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

/** @returns whether a lock was written: false when there is one */
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

/** Removes the lock that held `text`; another one that stands there by now is put back. */
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

/** Takes a folder for this process by a file in it. @throws {VaultError} `in-use` */
export const lockFolder = async (folder: string): Promise<() => Promise<void>> => {
  const path = join(folder, LOCK)
  const holder: Holder = { pid: process.pid, since: new Date().toISOString(), started: await startOf(process.pid) }
  const text = `${JSON.stringify(holder)}\n`
  while (!(await writeLock(path, text))) {
    const [found, written] = await Promise.all([readFile(path, 'utf8').catch(missingIsFine), stat(path).catch(missingIsFine)])
    if (found === undefined || written === undefined) continue
    const other = holderIn(found)
    if (other ? await isAlive(other) : Date.now() - written.mtimeMs < UNREADABLE_FOR) throw inUse(folder, other)
    await removeStale(path, found)
  }
  // Two that found the same stale lock: whoever is not named in it has lost.
  const now = await readFile(path, 'utf8').catch(missingIsFine)
  if (now !== text) throw inUse(folder, now === undefined ? undefined : holderIn(now))
  return async () => {
    if ((await readFile(path, 'utf8').catch(missingIsFine)) === text) await unlink(path).catch(missingIsFine)
  }
}
