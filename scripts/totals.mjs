/** What the test runners' own reports say: how many tests passed and failed. */

/** Of vitest's JSON. A file that could not be loaded has no tests and counts as one that failed. */
export const vitestTotals = ({ numPassedTests, numFailedTests, testResults }) => ({
  passed: numPassedTests,
  failed:
    numFailedTests + testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.length).length,
})

/** Of Playwright's JSON. A test that passed only when repeated counts as failed; so does a file that could not be loaded. */
export const playwrightTotals = ({ stats, errors }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky + errors.length,
})

/**
 * Adds up parts.
 * @param parts `{passed, failed, status}` each; one that ended badly without naming a failed test (an unhandled error, say)
 *   counts as one failure
 */
export const sum = (parts) =>
  parts.reduce(
    (total, { passed, failed, status }) => ({
      passed: total.passed + passed,
      failed: total.failed + (status !== 0 ? Math.max(1, failed) : failed),
    }),
    { passed: 0, failed: 0 },
  )
