/** A pairing code from the address. It is a secret, so it is only in memory, until it is used. */
let arrived: string | undefined

/** The code after the `#`: anything that does not start like a route. */
export const codeInHash = (hash: string): string | undefined => {
  const text = hash.replace(/^#/, '')
  return text && !text.startsWith('/') ? text : undefined
}

/** Removes a code from the address before anything else can read or store it, and remembers it. True when there was one. */
export const takeCodeFromAddress = (): boolean => {
  const code = codeInHash(location.hash)
  if (!code) return false
  arrived = code
  history.replaceState(null, '', `${location.pathname}#/`)
  return true
}

/** Returns the remembered code and forgets it. */
export const useArrivedCode = (): string | undefined => {
  const code = arrived
  arrived = undefined
  return code
}

/** Whether there is a code that was not used yet. */
export const hasArrivedCode = (): boolean => arrived !== undefined
