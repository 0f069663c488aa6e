import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { getMcpConfigForManifest, VERSIONED_MANIFEST_SCHEMAS } from '@anthropic-ai/mcpb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import { z } from 'zod'
import { VERSION } from '../../src/version.ts'
import { read } from '../docs/page.ts'
import { CLIENTS } from './clients.ts'

const BUILD = fileURLToPath(new URL('../../scripts/build-bundle.mjs', import.meta.url))
const NAME = 'com.acme/sluice'
/** The version that our manifest says it has. */
const MANIFEST = VERSIONED_MANIFEST_SCHEMAS['0.3']
const RELEASE = 'https://github.com/example/sluice/releases/download/v1/sluice.mcpb'

const input = z.strictObject({
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  default: z.string().optional(),
})

/** server.schema.json of 2025-12-11 of the MCP registry: the members that ours uses, and no other. */
const serverSchema = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z
    .string()
    .max(255)
    .regex(/^\d+\.\d+\.\d+$/),
  remotes: z.array(
    z.strictObject({
      type: z.literal('streamable-http'),
      url: z.string().regex(/^https?:\/\/[^\s]+$/),
      variables: z.record(z.string(), input),
      headers: z.array(input.extend({ name: z.string() })),
    }),
  ),
  packages: z
    .array(
      z.strictObject({
        registryType: z.literal('mcpb'),
        identifier: z.url(),
        version: z.string(),
        fileSha256: z.string().regex(/^[a-f0-9]{64}$/),
        transport: z.strictObject({ type: z.literal('stdio') }),
      }),
    )
    .optional(),
})

let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-bundle-'))
  await promisify(execFile)(process.execPath, [BUILD, folder, '--release', RELEASE, '--name', NAME])
  const [name = ''] = (await readdir(folder)).filter((one) => one.endsWith('.mcpb'))
  file = join(folder, name)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the bundle', () => {
  test('starts over stdio where it was unpacked, as its manifest says', async () => {
    const unpacked = join(folder, 'unpacked')
    await unpack(file, unpacked)
    const manifest = MANIFEST.parse(JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8')))
    expect(manifest).toMatchObject({ version: VERSION, compatibility: { platforms: [process.platform] } })
    const config = await getMcpConfigForManifest({
      manifest,
      extensionPath: unpacked,
      systemDirs: { HOME: homedir() },
      // A form that shows the defaults of what is required, as it was confirmed.
      userConfig: { data_dir: join(folder, 'data'), service: 'demo' },
      pathSeparator: sep,
    })
    if (!config) throw new Error('Something that is required has no value.')
    expect(config.env).toMatchObject({ SLUICE_API_KEY: '' })
    const { args = [], env = {} } = config
    const client = await CLIENTS['sdk 1.x']?.({ command: process.execPath, args, env })
    const answer = await client?.callTool({
      name: 'get_table_data',
      arguments: { table_name: 'orders', limit: 2 },
    })
    expect(answer?.structuredContent).toMatchObject({ returned: 2 })
    await client?.close()
  })

  test('holds no tests, sources or development tools', async () => {
    const names = await namesIn(file)
    expect(names).toContain('dist/src/main.js')
    expect(
      names.filter((name) => /^(test|src|bench)\/|^node_modules\/(typescript|vitest)\/|\.map$/.test(name)),
    ).toEqual([])
  })
})

describe('server.json', () => {
  test('is as the registry takes it, with the version of the program', () => {
    const server = serverSchema.parse(JSON.parse(read('server.json')))
    expect(server.version).toBe(VERSION)
    for (const { url, variables } of server.remotes) {
      expect([...url.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(Object.keys(variables))
    }
  })

  test('of a release has the bundle as its package, with the hash of the file', async () => {
    const { name, packages } = serverSchema.parse(
      JSON.parse(await readFile(join(folder, 'server.json'), 'utf8')),
    )
    const fileSha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    expect(name).toBe(NAME)
    expect(packages).toMatchObject([{ identifier: RELEASE, version: VERSION, fileSha256 }])
  })

  test.each([[[]], [['--name', 'com.example/sluice']], [['--name', 'sluice']]])(
    'of a release is not made without a name of its own (%j)',
    async (name) => {
      const made = promisify(execFile)(process.execPath, [BUILD, folder, '--release', RELEASE, ...name])
      await expect(made).rejects.toThrow('com.acme/sluice for acme.com')
    },
  )
})

async function namesIn(path: string): Promise<string[]> {
  const zip = await openPromise(path)
  const names: string[] = []
  for await (const { fileName } of zip.eachEntry()) names.push(fileName)
  return names
}

async function unpack(path: string, target: string): Promise<void> {
  const zip = await openPromise(path)
  for await (const entry of zip.eachEntry()) {
    const name = join(target, entry.fileName)
    await mkdir(dirname(name), { recursive: true })
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(name))
  }
}
