import { expect, it } from 'vitest'
import { damageSentence } from './damage.ts'

it('damageSentence names the damaged spaces', () => {
  expect(damageSentence([])).toBe('Something other than Tessera changed or removed part of its data on this device.')
  expect(damageSentence(['Lumen House'])).toBe(
    '“Lumen House” is damaged on this device: something other than Tessera changed it.',
  )
  expect(damageSentence(['Lumen House', 'Workshop'])).toBe(
    '“Lumen House” and “Workshop” are damaged on this device: something other than Tessera changed them.',
  )
})
