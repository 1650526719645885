import type { Discovery } from '../discovery.ts'

/** Whether a way to meet works, or begins to within so many milliseconds. */
export const isReachable = (discovery: Discovery, within: number): Promise<boolean> =>
  new Promise((resolve) => {
    const decide = (reachable: boolean) => {
      clearTimeout(timer)
      queueMicrotask(() => stop())
      resolve(reachable)
    }
    const timer = setTimeout(() => decide(false), within)
    const stop = discovery.onStatus((status) => {
      if (status === 'reachable') decide(true)
    })
  })
