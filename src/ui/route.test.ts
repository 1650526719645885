import { describe, expect, it } from 'vitest'
import type { RecordId, SpaceId, TableId } from '../engine/api/engine.ts'
import { hrefOf, parseRoute, type Route } from './route.ts'

const space = 'a'.repeat(26) as SpaceId
const table = 'b'.repeat(26) as TableId
const record = 'c'.repeat(26) as RecordId

const places: Route[] = [
  { kind: 'spaces' },
  { kind: 'space', space },
  { kind: 'space', space, table },
  { kind: 'space', space, table, record },
  { kind: 'trash', space },
  { kind: 'import', space },
  { kind: 'devices' },
  { kind: 'pair' },
  { kind: 'enter-code' },
  { kind: 'settings' },
]

describe('hrefOf and parseRoute', () => {
  it.each(places)('parse an address to its route: $kind', (place) => expect(parseRoute(hrefOf(place))).toEqual(place))

  it('parse an unknown address to the list of spaces', () => {
    expect(parseRoute('')).toEqual({ kind: 'spaces' })
    expect(parseRoute('#/nowhere/else')).toEqual({ kind: 'spaces' })
  })
})
