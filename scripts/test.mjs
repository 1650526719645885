/**
 * `npm test`: installs packages, a browser and a build if necessary, runs every test, and prints `N passed, N failed`.
 * `npm test -- node`, `browser` or `e2e` runs one part.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { findOrInstallBrowser } from './browser.mjs'
import { at, ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs'
import { playwrightTotals, sum, vitestTotals } from './totals.mjs'

const REPORTS = 'build/test'

const vitest = (project) => ({
  command: ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--reporter=default', '--reporter=json'],
  reportTo: (file) => [`--outputFile.json=${file}`],
  totals: vitestTotals,
})

const PARTS = {
  node: vitest('node'),
  browser: vitest('browser'),
  e2e: {
    command: ['node_modules/@playwright/test/cli.js', 'test', '--pass-with-no-tests'],
    reportTo: () => [],
    totals: playwrightTotals,
  },
}

const runPart = (name) => {
  const { command, reportTo, totals } = PARTS[name]
  const report = at(`${REPORTS}/${name}.json`)
  rmSync(report, { force: true })
  console.log(`\n── ${name}`)
  const { status } = spawnSync(process.execPath, [...command, ...reportTo(report)], {
    cwd: at('.'),
    stdio: 'inherit',
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  })
  try {
    return { ...totals(JSON.parse(readFileSync(report, 'utf8'))), status: status ?? 1 }
  } catch (error) {
    console.error(`The tests of "${name}" left no report (${error.message}): they count as one that failed.`)
    return { passed: 0, failed: 1, status: 1 }
  }
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in PARTS))
if (unknown !== undefined) {
  console.error(
    `There are no tests called "${unknown}". Run all with "npm test", or some with "npm test -- ${Object.keys(PARTS).join(' ')}".`,
  )
  process.exit(1)
}
const names = asked.length > 0 ? asked : Object.keys(PARTS)

requireNode()
ensureInstalled()
if (names.some((name) => name !== 'node')) {
  try {
    await findOrInstallBrowser()
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
if (names.includes('e2e')) ensureBuilt()
mkdirSync(at(REPORTS), { recursive: true })

const { passed, failed } = sum(names.map(runPart))
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
