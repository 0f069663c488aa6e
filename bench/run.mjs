/**
 * `npm run bench`: our doors and the raw limit in turn, in one run, printed as ratios beside their targets.
 *
 *   npm run bench                   everything that can run here
 *   npm run bench -- pgsql scale    these sections alone: access, world, sqlite, related, pgsql, mysql, scale
 *
 * BENCH_SECONDS for a turn (4), BENCH_ROUNDS (5). Database servers: TEST_PGSQL_URL and TEST_MYSQL_URL, else those on this machine.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BENCH, ROOT, stopAll } from './processes.mjs'

const SECTIONS = ['access', 'world', 'sqlite', 'related', 'pgsql', 'mysql', 'scale']
const asked = process.argv.slice(2)
const stranger = asked.find((name) => !SECTIONS.includes(name))
if (stranger) throw new Error(`no section '${stranger}'; there are ${SECTIONS.join(', ')}`)

if (!existsSync(join(BENCH, 'node_modules', 'better-sqlite3', 'build'))) {
  const install = ['install', '--no-audit', '--no-fund', '--foreground-scripts']
  execFileSync('npm', install, { cwd: BENCH, stdio: 'inherit' })
  execFileSync('npm', ['rebuild', 'better-sqlite3'], { cwd: BENCH, stdio: 'inherit' })
}
execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })

const cpu = readFileSync('/proc/cpuinfo', 'utf8').match(/model name\s*: (.*)/)?.[1] ?? process.arch
console.log(`node ${process.version}, ${cpu}`)
for (const name of asked.length > 0 ? asked : SECTIONS) {
  console.log(`\n== ${name}`)
  const { run } = await import(`./sections/${name}.mjs`)
  try {
    await run()
  } finally {
    await stopAll()
  }
}
