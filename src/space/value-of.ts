import { ImmutableString } from './automerge.ts'
import type { Scalar } from './value.ts'

/**
 * Converts a value from Automerge; undefined for a container or a kind of value that this project never writes.
 * An integer above 2⁵³ arrives as a BigInt and is returned as text.
 */
export const toScalar = (value: unknown, type?: string): Scalar | undefined => {
  if (type === 'map' || type === 'list' || type === 'text') return undefined
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof ImmutableString) return value.val
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

/** The scalars of a map from Automerge, by key; safe against keys such as `__proto__`. */
export const toScalars = (map: Readonly<Record<string, unknown>>): Readonly<Record<string, Scalar>> => {
  const flat: Record<string, Scalar> = Object.create(null)
  for (const key in map) {
    const scalar = toScalar(map[key])
    if (scalar !== undefined) flat[key] = scalar
  }
  return flat
}
