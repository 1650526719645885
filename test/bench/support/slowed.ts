import { readdir, readFile } from 'node:fs/promises'

/** Milliseconds that the processes run at a time, between two pauses: short beside anything that is measured. */
const RUN = 8

/**
 * Runs `work` while every process of a browser is that many times slower: it is stopped for the rest of each stretch of time. A
 * throttle of the browser's own slows the page alone, not its workers. Linux only.
 * @param folder of the browser's profile, by which its processes are found
 * @param factor 4 makes a laptop about as fast as a phone of some years ago
 */
export const slowed = async <T>(folder: string, factor: number, work: () => Promise<T>): Promise<T> => {
  const processes = await processesOf(folder)
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const id of processes) {
      try {
        process.kill(id, name)
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  let over = false
  const beat = async () => {
    // Timers come late; what was slept too much is made up for by running longer.
    let [ran, stood] = [0, 0]
    while (!over) {
      const began = performance.now()
      await wait(Math.max(RUN, stood / (factor - 1) - ran))
      signal('SIGSTOP')
      const stopped = performance.now()
      await wait(RUN * (factor - 1))
      signal('SIGCONT')
      ran += stopped - began
      stood += performance.now() - stopped
    }
  }
  const beating = beat()
  try {
    return await work()
  } finally {
    over = true
    await beating
  }
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The browser and all that descend from it. */
const processesOf = async (folder: string): Promise<number[]> => {
  const found = new Set<number>()
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    const id = Number(name)
    if (!Number.isInteger(id)) continue
    try {
      const [command, status] = await Promise.all([readFile(`/proc/${id}/cmdline`, 'utf8'), readFile(`/proc/${id}/stat`, 'utf8')])
      if (command.includes(`--user-data-dir=${folder}`)) found.add(id)
      // Behind the name of the process, which may hold anything: its state, and its parent.
      parents.set(id, Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended meanwhile.
    }
  }
  for (let size = 0; size < found.size; ) {
    size = found.size
    for (const [id, parent] of parents) if (found.has(parent)) found.add(id)
  }
  return [...found]
}
