/**
 * Resolves in a later task of the event loop, so that waiting events are handled first. Uses a message to itself, because browsers
 * delay nested timeouts by 4 ms: seconds over a thousand slices of work.
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
