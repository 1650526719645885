import { expect, it } from 'vitest'
import { formatEstimate, plural } from './plural.ts'

it('plural chooses the form for a count', () => {
  const records = (count: number) => plural(count, { one: '1 record', other: `${count} records` })
  expect([0, 1, 2, 21].map(records)).toEqual(['0 records', '1 record', '2 records', '21 records'])
})

it('formatEstimate rounds to two significant digits', () => {
  expect([7, 99, 34_924, 1_234_567].map(formatEstimate)).toEqual(['7', '99', '35,000', '1,200,000'])
})
