/** A version after semver.org: three numbers. Anything after them is ignored. */
export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

export const parseVersion = (text: string): Version | undefined => {
  const [, major, minor, patch] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(text) ?? []
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor), patch: Number(patch) }
}

/** Below 0 if `one` is older than `other`. @param one, other versions as text; an invalid one counts as the oldest */
export const compareVersions = (one: string, other: string): number => {
  const [a, b] = [parseVersion(one), parseVersion(other)]
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined)
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch
}
