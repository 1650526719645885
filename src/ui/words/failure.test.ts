import { expect, it } from 'vitest'
import { EngineFailure } from '../../engine/api/failure.ts'
import { failureSentence } from './failure.ts'

it('failureSentence names the choice of a duplicate name', () => {
  expect(failureSentence(new EngineFailure('already-there', 'Two options.', { option: 'Blue' }))).toBe(
    'Two choices are called “Blue”. Rename or delete one.',
  )
  expect(failureSentence(new EngineFailure('already-there', 'A table exists.'))).toContain('exists already')
})
