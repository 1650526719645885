import { readdir, readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'

/** Bytes of main memory; the greatest is since the process began. */
export interface Resident {
  readonly now: number
  readonly greatest: number
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
  /** Turns of the clock that it has had. */
  readonly worked: number
  readonly resident: Resident
}

/** Milliseconds that the page works, so that its process is seen to. */
const WORK = 500
/** proc(5): of what follows the name in parentheses in /proc/<pid>/stat, where the time stands that it worked for itself. */
const WORKED_FIELD = 11

/** Undefined when it has ended meanwhile, or on systems without /proc. */
const read = async (pid: number): Promise<Process | undefined> => {
  try {
    const texts = ['status', 'cmdline', 'stat'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8'))
    const [status = '', command = '', stat = ''] = await Promise.all(texts)
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    return {
      pid,
      parent: field('PPid'),
      command,
      worked: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[WORKED_FIELD]),
      resident: { now: field('VmRSS') * 1024, greatest: field('VmHWM') * 1024 },
    }
  } catch {
    return undefined
  }
}

/** The renderers of a browser, by pid. @param profile folder that the browser's command line names */
const renderersOf = async (profile: string): Promise<Map<number, Process>> => {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 0)
  const found = (await Promise.all(pids.map(read))).flatMap((each) => each ?? [])
  const all = new Map(found.map((each) => [each.pid, each]))
  const isOfBrowser = (each: Process | undefined): boolean =>
    each !== undefined && (each.command.includes(`--user-data-dir=${profile}`) || isOfBrowser(all.get(each.parent)))
  return new Map([...all].filter(([, each]) => each.command.includes('--type=renderer') && isOfBrowser(each)))
}

/**
 * What the process takes that a page runs in, with its workers. A browser has others beside it: it is the one that works when the
 * page does. Linux alone.
 * @returns undefined on other systems
 */
export const rendererMemory = async (profile: string, page: Page): Promise<Resident | undefined> => {
  const before = await renderersOf(profile)
  await page.evaluate((time) => {
    const until = performance.now() + time
    while (performance.now() < until);
  }, WORK)
  const after = await renderersOf(profile)
  const worked = ({ pid, worked }: Process) => worked - (before.get(pid)?.worked ?? worked)
  const [busiest] = [...after.values()].sort((one, other) => worked(other) - worked(one))
  return busiest?.resident
}
