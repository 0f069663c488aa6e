// Writes the generated parts of README.md and docs/ from the build in dist (`npm run build` first). With --check it writes
// nothing and exits 1 when a file is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { converse } from './conversation.mjs'
import { renderAll } from './render-docs.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { tools } = await import('../dist/tools/all.js')
const { describeTool } = await import('../dist/src/mcp/describe-tool.js')
const { ERROR_STATUS } = await import('../dist/src/core/errors.js')

const wanted = renderAll({
  tools: tools.map(describeTool),
  statuses: ERROR_STATUS,
  conversation: await converse(),
  read,
})
const stale = Object.entries(wanted).filter(([path, text]) => read(path) !== text)

if (process.argv.includes('--check')) {
  for (const [path] of stale) {
    console.error(`${path} is out of date: npm run build && node scripts/generate-docs.mjs`)
  }
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const [path, text] of stale) writeFileSync(join(root, path), text)
  console.log(stale.length > 0 ? `written: ${stale.map(([path]) => path).join(', ')}` : 'all up to date')
}

/** Empty for a file that is not there yet. */
function read(path) {
  const file = join(root, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
