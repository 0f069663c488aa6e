// Builds the console into dist/web, unless it was built from the same sources.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What it was built from stands beside it. */
export function buildWeb() {
  const record = join(root, 'dist', 'web.sha256')
  const sources = digest(['web', 'src/commands/client-texts.ts', 'package-lock.json'])
  const isBuilt = existsSync(join(root, 'dist', 'web', 'index.html')) && existsSync(record)
  if (isBuilt && readFileSync(record, 'utf8') === sources) return
  // In a process of its own: whatever this one runs for (tests, say), the console is built for use.
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', join(root, 'web'), '--logLevel', 'warn'], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the console could not be built')
  mkdirSync(dirname(record), { recursive: true })
  writeFileSync(record, sources)
}

/** Of names and contents, in a fixed order. */
function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesAt)) hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

function filesAt(path) {
  if (path.includes('.')) return [path]
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted()
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) buildWeb()
