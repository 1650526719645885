import type { Cell } from '../../engine/api/engine.ts'

/** Whether two cells have equal values; links are compared by their targets. */
export const holdsSame = (one: Cell | undefined, other: Cell | undefined): boolean => {
  if (!one || !other) return one === other
  if (one.kind !== 'links' || other.kind !== 'links') return JSON.stringify(one) === JSON.stringify(other)
  return one.links.length === other.links.length && one.links.every(({ id }, at) => id === other.links[at]?.id)
}
