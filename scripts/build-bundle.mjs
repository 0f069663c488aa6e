// Builds the MCP bundle for this platform (`npm run build` first): a zip of the program, what it needs of node_modules and a
// manifest, which Claude Desktop and others install by a double click. Native modules tie it to the platform.
//   node scripts/build-bundle.mjs [FOLDER] [--release URL --name NAMESPACE/NAME]
// writes FOLDER/sluice-VERSION-PLATFORM.mcpb (default: dist), and with the address it will be downloaded from also FOLDER/server.json, under a name
// whose namespace the publisher owns.
import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import yazl from 'yazl'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const PROGRAM = ['dist/src', 'dist/tools', 'dist/adapters', 'dist/web', 'package.json']
const NOT_RUN = /\.(map|[cm]?ts|tsbuildinfo)$/i
/** The same for all files, so that the same files make the same bundle. */
const MTIME = new Date('2026-01-01T00:00:00Z')

/** What whoever installs it is asked for. */
const USER_CONFIG = {
  data_dir: {
    type: 'directory',
    title: 'Data folder',
    description: 'Where Sluice keeps its configuration and the demo database.',
    required: true,
    default: `\${HOME}/.sluice`,
  },
  service: {
    type: 'string',
    title: 'Service',
    description: 'The database service to use, as it is called in Sluice.',
    required: true,
    default: 'demo',
  },
  api_key: {
    type: 'string',
    title: 'API key',
    description: 'Decides what may be read and written. Without one: reading, and nothing else.',
    required: false,
    sensitive: true,
    default: '',
  },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { release: { type: 'string' }, name: { type: 'string' } },
})
if (values.release !== undefined) requireName(values.name)
const folder = resolve(positionals[0] ?? join(root, 'dist'))
const { version, description, license, engines } = json('package.json')
const file = join(folder, `sluice-${version}-${process.platform}-${process.arch}.mcpb`)

if (!existsSync(join(root, 'dist/src/main.js'))) throw new Error('There is no build yet: npm run build')
mkdirSync(folder, { recursive: true })
await write(file)
const sha256 = await hashOf(file)
console.log(file)
console.log(`sha256 ${sha256}`)
if (values.release !== undefined)
  writeFileSync(join(folder, 'server.json'), serverJson(values.release, sha256))

async function write(path) {
  const zip = new yazl.ZipFile()
  zip.addBuffer(Buffer.from(text(manifest())), 'manifest.json', { mtime: MTIME })
  for (const name of [...PROGRAM, ...neededPackages()].flatMap(filesIn)) {
    zip.addFile(join(root, name), name, { mtime: MTIME })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

// https://github.com/modelcontextprotocol/mcpb, MANIFEST.md, version 0.3
function manifest() {
  return {
    manifest_version: '0.3',
    name: 'sluice',
    display_name: 'Sluice',
    version,
    description,
    author: { name: 'The Sluice contributors' },
    license,
    server: {
      type: 'node',
      entry_point: 'dist/src/main.js',
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/dist/src/main.js`, 'stdio', '--service', `\${user_config.service}`],
        env: { SLUICE_DATA_DIR: `\${user_config.data_dir}`, SLUICE_API_KEY: `\${user_config.api_key}` },
      },
    },
    tools_generated: true,
    prompts_generated: true,
    compatibility: { platforms: [process.platform], runtimes: { node: engines.node } },
    user_config: USER_CONFIG,
  }
}

/** What is installed of all that package-lock.json does not call a development dependency. */
function neededPackages() {
  return Object.entries(json('package-lock.json').packages)
    .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)))
    .map(([path]) => path)
}

/** Files at and below a path; packages inside of packages have paths of their own in the lock. */
function filesIn(path) {
  if (path.endsWith('.json')) return [path]
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = `${path}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(inner)
    return NOT_RUN.test(entry.name) ? [] : [inner]
  })
}

/** server.json with the bundle as its package. */
function serverJson(identifier, fileSha256) {
  const { name } = values
  const transport = { type: 'stdio' }
  const packages = [{ registryType: 'mcpb', identifier, version, fileSha256, transport }]
  return text({ ...json('server.json'), name, packages })
}

// https://modelcontextprotocol.io/registry/authentication
function requireName(name = '') {
  if (!/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(name) || name.startsWith('com.example/'))
    throw new Error('--release needs --name, with a namespace that is yours: com.acme/sluice for acme.com')
}

async function hashOf(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function json(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function text(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
