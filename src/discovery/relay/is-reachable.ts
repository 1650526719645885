import type { Discovery } from '../discovery.ts'

/** Whether a discovery is reachable, or becomes reachable within this many milliseconds. */
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
