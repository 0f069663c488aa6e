/**
 * Runs all tests and closes with their number. Where few files failed of those that drive programs, servers and browsers in real time, these
 * run once more, alone on the machine; what passed only then is named, and has to be made steady.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'

const MAX_FILES_AGAIN = 3
/** Random cases and what a role must not see: one failure is one too many. */
const NEVER_AGAIN = ['test/property/', 'test/governance/', 'test/access/', 'test/contract/']

const folder = mkdtempSync(join(tmpdir(), 'tests-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

const first = run([], 'first')
const failed = first.files.filter(({ status }) => status === 'failed').map(({ path }) => path)
const isWorthIt =
  failed.length > 0 &&
  failed.length <= MAX_FILES_AGAIN &&
  failed.every((path) => !NEVER_AGAIN.some((folderName) => path.startsWith(folderName)))
if (first.isGood || !isWorthIt) close(first, first.tests)

console.log(`== once more, alone: ${failed.join(' ')}`)
const second = run([...failed, '--no-file-parallelism'], 'second')
for (const { path, status } of second.files)
  if (status === 'passed') console.log(`unsteady, passed only when it ran alone: ${path}`)
const others = first.tests.filter(({ path }) => !failed.includes(path))
close(second, [...others, ...second.tests])

/** Runs vitest over the files, or over all. */
function run(args, name) {
  const report = join(folder, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { status } = spawnSync('npm', ['test', '--', ...args, ...reporters], { stdio: 'inherit' })
  const files = JSON.parse(readFileSync(report, 'utf8')).testResults.map((file) => ({
    ...file,
    path: relative(process.cwd(), file.name).split(sep).join('/'),
  }))
  const tests = files.flatMap(({ path, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, path })),
  )
  return { isGood: status === 0, files, tests }
}

function named(tests, status) {
  return tests.filter((test) => test.status === status).map(({ path, fullName }) => `${path}: ${fullName}`)
}

function close({ isGood }, tests) {
  const passed = named(tests, 'passed').length
  const failures = named(tests, 'failed').length
  console.log(`${passed} passed, ${failures} failed, ${tests.length - passed - failures} skipped`)
  process.exit(isGood ? 0 : 1)
}
