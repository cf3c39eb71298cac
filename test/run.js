/**
 * Runs every test in one go and ends with a line of its own, `N passed, N failed`. Arguments go to
 * vitest as they are: `node test/run.js --project unit simulation`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
)

/** A file that could not even be loaded holds no test that failed, and still is a failure. */
const brokenFiles = (report) =>
  report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length

const count = (file) => {
  if (!existsSync(file)) return { passed: 0, failed: 0 }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles(report) }
}

const run = (folder) => {
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const args = [vitest, 'run', ...reporters, ...process.argv.slice(2)]
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  const { passed, failed } = count(file)
  // An error outside of any test (a rejection nobody handled, a failed set-up) counts as one.
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed }
}

// Pictures are of this run: one that nothing takes any more would still look like a result.
if (process.argv.length === 2) {
  rmSync(new URL('../test-results/pictures', import.meta.url), { recursive: true, force: true })
}
const folder = mkdtempSync(join(tmpdir(), 'kith-report-'))
const { passed, failed } = run(folder)
rmSync(folder, { recursive: true, force: true })
if (passed + failed === 0) console.error('No test ran.')
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
console.log(`${passed} passed, ${failed} failed`)
