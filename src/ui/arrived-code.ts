/** A pairing code that came in the address. It is a secret: it lives in memory until it is used, and nowhere else. */
let arrived: string | undefined

/** The code behind the `#`, if there is one: whatever does not begin as a place does. */
export const codeInHash = (hash: string): string | undefined => {
  const text = hash.replace(/^#/, '')
  return text && !text.startsWith('/') ? text : undefined
}

/** Takes a code out of the address before anything else can see or keep it, and remembers it. True when there was one. */
export const takeCodeFromAddress = (): boolean => {
  const code = codeInHash(location.hash)
  if (!code) return false
  arrived = code
  history.replaceState(null, '', `${location.pathname}#/`)
  return true
}

/** The remembered code; it is forgotten by asking. */
export const useArrivedCode = (): string | undefined => {
  const code = arrived
  arrived = undefined
  return code
}

/** Whether a code waits to be used. */
export const hasArrivedCode = (): boolean => arrived !== undefined
