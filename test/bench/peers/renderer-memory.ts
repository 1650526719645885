import { readdir, readFile } from 'node:fs/promises'

/** Bytes of main memory; the greatest is since the process began. */
export interface Resident {
  readonly now: number
  readonly greatest: number
}

interface Process {
  readonly parent: number
  readonly command: string
  readonly resident: Resident
}

/** proc(5): what is not there has ended meanwhile. */
const read = async (pid: string): Promise<Process | undefined> => {
  try {
    const [status, command] = await Promise.all(['status', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')))
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status ?? '')?.[1] ?? 0)
    return {
      parent: kilobytes('PPid'),
      command: command ?? '',
      resident: { now: kilobytes('VmRSS') * 1024, greatest: kilobytes('VmHWM') * 1024 },
    }
  } catch {
    return undefined
  }
}

/**
 * What the process takes in which the only page of a browser runs, with its workers: the largest renderer. Linux alone.
 * @param profile folder of the browser's profile, which its command line names
 * @returns undefined on other systems
 */
export const rendererMemory = async (profile: string): Promise<Resident | undefined> => {
  const pids = await readdir('/proc').catch(() => [])
  const numbers = pids.filter((name) => /^\d+$/.test(name))
  const processes = new Map(
    (await Promise.all(numbers.map(async (pid) => [Number(pid), await read(pid)] as const))).flatMap(([pid, found]) =>
      found ? [[pid, found]] : [],
    ),
  )
  const isOfBrowser = (pid: number): boolean => {
    const found = processes.get(pid)
    if (!found) return false
    return found.command.includes(`--user-data-dir=${profile}`) || isOfBrowser(found.parent)
  }
  const renderers = [...processes].filter(([pid, { command }]) => command.includes('--type=renderer') && isOfBrowser(pid))
  return renderers.map(([, { resident }]) => resident).sort((one, other) => other.now - one.now)[0]
}
