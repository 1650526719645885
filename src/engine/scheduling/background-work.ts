/** Work that no caller waits for, but that must end before the profile is closed. */
export interface BackgroundWork {
  /** Runs `work`; its error goes to `failed`. */
  run(work: () => Promise<void>): void
  /** Resolves when everything has ended, including what is started meanwhile. */
  ended(): Promise<void>
}

export const backgroundWork = (failed: (error: unknown) => void): BackgroundWork => {
  const running = new Set<Promise<void>>()
  return {
    run(work) {
      const task = work()
        .catch(failed)
        .finally(() => running.delete(task))
      running.add(task)
    },
    async ended() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
