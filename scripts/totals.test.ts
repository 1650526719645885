import { describe, expect, it } from 'vitest'
import { playwrightTotals, sum, vitestTotals } from './totals.mjs'

describe('totals', () => {
  it('count a file of tests that could not be loaded as one that failed', () => {
    const testResults = [
      { status: 'passed', assertionResults: [{}, {}] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ]
    expect(vitestTotals({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({ passed: 2, failed: 2 })
  })

  it('count a test that passed only when repeated as one that failed', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }
    expect(playwrightTotals({ stats, errors: [{}] })).toEqual({ passed: 5, failed: 3 })
  })

  it('add up, and take a part that ended badly without a failed test for one', () => {
    expect(
      sum([
        { passed: 3, failed: 0, status: 0 },
        { passed: 2, failed: 0, status: 1 },
        { passed: 1, failed: 2, status: 1 },
      ]),
    ).toEqual({ passed: 6, failed: 3 })
  })
})
