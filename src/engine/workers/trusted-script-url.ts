interface Policy {
  createScriptURL(url: string): string
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy
}

/** Where Trusted Types are in force, the address of a script has to be marked as one that we mean. */
const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy('tessera-page', {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin)
      throw new TypeError(`A script has to be from ${location.origin}, got ${url}.`)
    return url
  },
})

/** `url`, allowed to be run as a script; only of our own origin. */
export const trustedScriptUrl = (url: string): string => policy?.createScriptURL(url) ?? url
