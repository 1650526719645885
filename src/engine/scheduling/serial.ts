/** Makes a queue: its tasks run one after the other, in the order of the calls. A failed task does not stop the next one. */
export const serial = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const running = last.then(task)
    last = running.catch(() => undefined)
    return running
  }
}
