import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import { z } from 'zod'
import { VERSION } from '../../src/version.ts'
import { read } from '../docs/page.ts'
import { CLIENTS } from './clients.ts'

const BUILD = fileURLToPath(new URL('../../scripts/build-bundle.mjs', import.meta.url))
const NAME = 'com.acme/sluice'
const RELEASE = 'https://github.com/example/sluice/releases/download/v1/sluice.mcpb'

/** Manifests of version 0.3, as MANIFEST.md of modelcontextprotocol/mcpb has them: the members that ours uses, and no other. */
const manifestSchema = z.strictObject({
  manifest_version: z.literal('0.3'),
  name: z.string(),
  display_name: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.strictObject({ name: z.string() }),
  license: z.string(),
  server: z.strictObject({
    type: z.literal('node'),
    entry_point: z.string(),
    mcp_config: z.strictObject({
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
    }),
  }),
  tools_generated: z.boolean(),
  prompts_generated: z.boolean(),
  compatibility: z.strictObject({
    platforms: z.array(z.enum(['darwin', 'win32', 'linux'])),
    runtimes: z.strictObject({ node: z.string() }),
  }),
  user_config: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(['string', 'number', 'boolean', 'directory', 'file']),
      title: z.string(),
      description: z.string(),
      required: z.boolean().optional(),
      default: z.string().optional(),
      sensitive: z.boolean().optional(),
    }),
  ),
})

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
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8')))
    expect(manifest).toMatchObject({ version: VERSION, compatibility: { platforms: [process.platform] } })
    const { server, user_config } = manifest
    const set = { data_dir: join(folder, 'data') }
    const values = Object.entries(user_config)
      .map(([name, option]) => [name, option.default ?? ''])
      .concat(Object.entries(set))
    const filled = (text: string) =>
      [
        ['__dirname', unpacked],
        ['HOME', homedir()],
        ...values.map(([name, value]) => [`user_config.${name}`, value]),
      ]
        .toReversed()
        .reduce((done, [name = '', value = '']) => done.replaceAll(`\${${name}}`, value), text)
    const client = await CLIENTS['sdk 1.x']?.({
      command: process.execPath,
      args: server.mcp_config.args.map(filled),
      env: Object.fromEntries(
        Object.entries(server.mcp_config.env).map(([name, value]) => [name, filled(value)]),
      ),
    })
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
