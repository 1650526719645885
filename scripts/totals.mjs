/** Reads the numbers of passed and failed tests from the reports of the test runners. */

/** Of vitest's JSON report. A file that cannot be loaded counts as one failed test. */
export const vitestTotals = ({ numPassedTests, numFailedTests, testResults }) => ({
  passed: numPassedTests,
  failed:
    numFailedTests + testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.length).length,
})

/** Of Playwright's JSON report. A flaky test counts as failed; so does a file that cannot be loaded. */
export const playwrightTotals = ({ stats, errors }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky + errors.length,
})

/**
 * Adds up the totals of parts.
 * @param parts `{passed, failed, status}` each; a part that fails without a failed test (such as an unhandled error) counts as one
 *   failure
 */
export const sum = (parts) =>
  parts.reduce(
    (total, { passed, failed, status }) => ({
      passed: total.passed + passed,
      failed: total.failed + (status !== 0 ? Math.max(1, failed) : failed),
    }),
    { passed: 0, failed: 0 },
  )
