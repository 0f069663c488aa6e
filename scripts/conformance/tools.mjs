import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** The programs that test us, and a Node that runs them: this one, or one installed with them. */
export function installTools(folder) {
  const installed = join(folder, 'node_modules', '.installed')
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    writeFileSync(installed, lock)
  }
  const require = createRequire(join(folder, 'package.json'))
  const program = (name, bin) =>
    join(folder, 'node_modules', name, require(`./node_modules/${name}/package.json`).bin[bin])
  return {
    node: nodeFor(folder),
    conformance: program('@modelcontextprotocol/conformance', 'conformance'),
    inspector: program('@modelcontextprotocol/inspector', 'inspector'),
  }
}

/** The programs need 22.19; it runs TypeScript as it is, too. */
function nodeFor(folder) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath
  const installed = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(installed)) return installed
  throw new Error('The conformance programs need Node 22.19 or newer: run `npm run conformance` with it.')
}

/** What a program says, and how it ended; ended itself after five minutes. */
export function run(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: 300_000, stdio: ['ignore', 'pipe', 'pipe'] }
    const child = spawn(command, args, options)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        output += data
      })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, lines: output.split('\n') }))
  })
}
