import { describe, expect, it } from 'vitest'
import { playwrightTotals, sum, vitestTotals } from './totals.mjs'

describe('totals', () => {
  it('count a test file that cannot be loaded as one failure', () => {
    const testResults = [
      { status: 'passed', assertionResults: [{}, {}] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ]
    expect(vitestTotals({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({ passed: 2, failed: 2 })
  })

  it('count a flaky test as a failure', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }
    expect(playwrightTotals({ stats, errors: [{}] })).toEqual({ passed: 5, failed: 3 })
  })

  it('are added up, and a part that fails without a failed test counts as one failure', () => {
    expect(
      sum([
        { passed: 3, failed: 0, status: 0 },
        { passed: 2, failed: 0, status: 1 },
        { passed: 1, failed: 2, status: 1 },
      ]),
    ).toEqual({ passed: 6, failed: 3 })
  })
})
