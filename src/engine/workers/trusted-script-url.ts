interface Policy {
  createScriptURL(url: string): string
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy
}

/** Required where Trusted Types are enforced. */
const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy('tessera-page', {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin)
      throw new TypeError(`A script must be from ${location.origin}, got ${url}.`)
    return url
  },
})

/** Marks a URL of our own origin as allowed to run as a script. */
export const trustedScriptUrl = (url: string): string => policy?.createScriptURL(url) ?? url
