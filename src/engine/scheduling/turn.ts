/**
 * Lets everything else that waits in this thread have its turn. A message to oneself: browsers hold back a timeout that follows
 * from timeouts by four milliseconds, which is seconds over a thousand slices of work.
 */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
