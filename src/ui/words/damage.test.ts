import { expect, it } from 'vitest'
import { damageSentence } from './damage.ts'

it('damage is told with the names of the spaces it is in', () => {
  expect(damageSentence([])).toBe('A part of what Tessera keeps on this device was changed or lost, and not by Tessera.')
  expect(damageSentence(['Lumen House'])).toBe('“Lumen House” was changed or damaged on this device, and not by Tessera.')
  expect(damageSentence(['Lumen House', 'Workshop'])).toBe(
    '“Lumen House” and “Workshop” were changed or damaged on this device, and not by Tessera.',
  )
})
