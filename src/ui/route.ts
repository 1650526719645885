import type { RecordId, SpaceId, TableId } from '../engine/api/engine.ts'

/** The page that is shown. Addresses contain only ids, so that no name is in the browser's history. */
export type Route =
  | { readonly kind: 'spaces' }
  | { readonly kind: 'space'; readonly space: SpaceId; readonly table?: TableId; readonly record?: RecordId }
  | { readonly kind: 'trash'; readonly space: SpaceId }
  | { readonly kind: 'import'; readonly space: SpaceId }
  | { readonly kind: 'devices' }
  | { readonly kind: 'pair' }
  | { readonly kind: 'enter-code' }
  | { readonly kind: 'settings' }

const HOME: Route = { kind: 'spaces' }

/** Parses the part of an address after `#`; an unknown route is the list of spaces. */
export const parseRoute = (hash: string): Route => {
  const [place, space, table, record] = hash.replace(/^#?\//, '').split('/').filter(Boolean)
  if (place === 'devices')
    return space === 'pair' ? { kind: 'pair' } : space === 'code' ? { kind: 'enter-code' } : { kind: 'devices' }
  if (place === 'settings') return { kind: 'settings' }
  if (place !== 'space' || !space) return HOME
  const id = space as SpaceId
  if (table === 'trash') return { kind: 'trash', space: id }
  if (table === 'import') return { kind: 'import', space: id }
  return {
    kind: 'space',
    space: id,
    ...(table && { table: table as TableId }),
    ...(record && { record: record as RecordId }),
  }
}

/** The address of a route, for links. */
export const hrefOf = (route: Route): string => {
  switch (route.kind) {
    case 'spaces':
      return '#/'
    case 'space':
      return `#/${['space', route.space, route.table, route.table && route.record].filter(Boolean).join('/')}`
    case 'trash':
    case 'import':
      return `#/space/${route.space}/${route.kind}`
    case 'pair':
      return '#/devices/pair'
    case 'enter-code':
      return '#/devices/code'
    default:
      return `#/${route.kind}`
  }
}
