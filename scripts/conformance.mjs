// Protocol tests from outside: the official conformance suite on its fixtures behind our HTTP door, what of it fits every server on
// the real one with its demo, and the MCP Inspector. Closes with `N passed, N failed`. Needs a build.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDemo, startFixture } from './conformance/servers.mjs'
import { installTools, run } from './conformance/tools.mjs'

/** Sets of scenarios, as they were when a revision of the protocol came out. */
const SETS = ['2025-11-25', '2026-07-28']

/** Scenarios that need nothing of the suite's own, by revision. */
const GENERIC = {
  '2025-11-25': [
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'server-sse-multiple-streams',
    'server-session-lifecycle',
    'dns-rebinding-protection',
  ],
  '2026-07-28': [
    'server-stateless',
    'tools-list',
    'resources-list',
    'prompts-list',
    'caching',
    'sep-2164-resource-not-found',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
    'http-header-validation',
    'input-required-result-unsupported-methods',
    'input-required-result-validate-input',
    'input-required-result-missing-input-response',
    'input-required-result-ignore-extra-params',
  ],
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'scripts', 'conformance')
if (!existsSync(join(root, 'dist', 'src', 'main.js'))) throw new Error('Run `npm run build` first.')
const tools = installTools(folder)
const total = { passed: 0, failed: 0 }

const fixture = await startFixture(tools.node, root)
try {
  for (const set of SETS) await runSet(set, fixture.url)
} finally {
  await fixture.stop()
}
const demo = await startDemo(root)
try {
  for (const [revision, scenarios] of Object.entries(GENERIC))
    for (const scenario of scenarios) await runScenario(scenario, revision, demo.url)
  await inspect(demo)
} finally {
  await demo.stop()
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

/** Counts the checks of what is scored: extensions and what the suite itself cannot pass yet are run as well. */
async function runSet(set, url) {
  const { code, lines, output } = await conformance(['--url', url, '--requirements', set])
  const unscored = new Set(lines.flatMap((line) => /^ {2}[✓✗] (\S+) \(/.exec(line)?.[1] ?? []))
  const scored = lines.flatMap((line) => {
    const [, name, passed, failed] = /^[✓✗] (\S+): (\d+) passed, (\d+) failed/.exec(line) ?? []
    return name === undefined || unscored.has(name)
      ? []
      : [{ name, passed: Number(passed), failed: Number(failed) }]
  })
  const sum = (key) => scored.reduce((all, one) => all + one[key], 0)
  const isFine = code === 0 && scored.length > 0
  tell(
    `fixtures, ${set}`,
    { passed: sum('passed'), failed: isFine ? sum('failed') : Math.max(1, sum('failed')) },
    output,
  )
}

async function runScenario(scenario, revision, url) {
  const untestable =
    scenario === 'server-stateless' ? ['--expected-failures', join(folder, 'untestable.yml')] : []
  const args = ['--url', url, '--scenario', scenario, '--spec-version', revision, ...untestable]
  const { code, output } = await conformance(args)
  const [, passed, all, failed] = /Passed: (\d+)\/(\d+), (\d+) failed/.exec(output) ?? []
  const isFine = code === 0 && Number(all) > 0
  tell(
    `demo, ${revision} ${scenario}`,
    { passed: Number(passed ?? 0), failed: isFine ? 0 : Math.max(1, Number(failed ?? 1)) },
    output,
  )
}

function conformance(args) {
  return run(tools.node, [tools.conformance, 'server', ...args], { cwd: folder })
}

/** The Inspector connects to both transports, finds no fault with the tools, and calls one. */
async function inspect({ direct, key, dataDir }) {
  const http = [direct, '--transport', 'http', '--header', `Authorization: Bearer ${key}`]
  const program = [process.execPath, join(root, 'dist', 'src', 'main.js'), 'stdio', '--service', 'demo']
  const stdio = [...program, '-e', `SLUICE_DATA_DIR=${dataDir}`]
  const call = [
    '--method',
    'tools/call',
    '--tool-name',
    'get_table_data',
    '--tool-arg',
    'table_name=orders',
    'limit=2',
  ]
  for (const [name, target] of Object.entries({ http, stdio })) {
    await inspected(
      `${name} tools/list`,
      [...target, '--method', 'tools/list', '--strict'],
      /"get_table_data"/,
    )
    await inspected(`${name} tools/call`, [...target, ...call], /demo\.orders: returned 2/)
  }
}

async function inspected(name, args, expected) {
  const { code, output } = await run(tools.node, [tools.inspector, '--cli', ...args], { cwd: folder })
  const isFine = code === 0 && expected.test(output)
  tell(`inspector, ${name}`, { passed: isFine ? 1 : 0, failed: isFine ? 0 : 1 }, output)
}

function tell(name, { passed, failed }, output) {
  total.passed += passed
  total.failed += failed
  console.log(`${name}: ${passed} passed, ${failed} failed`)
  if (failed > 0) console.log(output)
}
