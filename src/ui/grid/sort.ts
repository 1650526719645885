import type { FieldId } from '../../engine/api/engine.ts'

export interface Sort {
  readonly field: FieldId
  readonly descending: boolean
}

/** Ascending, then descending, then unsorted. */
export const nextSort = (sort: Sort | undefined, field: FieldId): Sort | undefined => {
  if (sort?.field !== field) return { field, descending: false }
  return sort.descending ? undefined : { field, descending: true }
}
