// `npm start`: builds when the sources are newer than the last build, then starts the server in this process.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildWeb } from './build-web.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const main = join(root, 'dist', 'src', 'main.js')
// Programs that did not change are not written again: the compiler's own record tells when the last build was.
const record = join(root, 'dist', 'built.tsbuildinfo')

if (
  !existsSync(main) ||
  !existsSync(record) ||
  newest(['src', 'tools', 'adapters']) > statSync(record).mtimeMs
) {
  console.error('Building …')
  const build = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  if (build.status !== 0) process.exit(build.status ?? 1)
  utimesSync(record, new Date(), new Date())
}
buildWeb()
process.argv = [process.argv[0], main, 'start', ...process.argv.slice(2)]
await import(pathToFileURL(main).href)

/** Time of the latest change in the given folders, in milliseconds. */
function newest(folders) {
  return Math.max(...folders.map((folder) => latestIn(join(root, folder))))
}

function latestIn(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? latestIn(path) : statSync(path).mtimeMs)
  }
  return latest
}
