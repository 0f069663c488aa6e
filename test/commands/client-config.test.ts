import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CLIENT_TEXTS, type ClientText, type Connection } from '../../src/commands/client-texts.ts'
import { blocksOf, read } from '../docs/page.ts'
import { runProgram, startProgram } from '../helpers/program.ts'
import { CLIENTS } from '../mcp/clients.ts'

const servers = z.record(
  z.string(),
  z.object({ command: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()) }),
)
const file = z.union([
  z.object({ mcpServers: servers }).transform(({ mcpServers }) => mcpServers),
  z.object({ servers }).transform((root) => root.servers),
])

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-client-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const clientConfig = (...args: readonly string[]) =>
  runProgram(['client-config', ...args], { SLUICE_DATA_DIR: join(folder, 'data') })

describe('sluice client-config', () => {
  test.each(Object.keys(CLIENT_TEXTS))('for %s has the address and what the client takes', async (client) => {
    const all = await clientConfig(
      '--client',
      client,
      '--service',
      'shop',
      '--url',
      'https://db.example.com/',
    )
    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(all.stdout).toContain('https://db.example.com/mcp/shop')
    const alone = await clientConfig(
      ...['--client', client, '--transport', 'http', '--url', 'https://db.example.com/mcp/shop'],
    )
    expect(all.stdout).toContain(alone.stdout)
  })

  test.each(['claude-desktop', 'cursor', 'vscode'])('for %s over stdio starts a server', async (client) => {
    const { stdout } = await clientConfig('--client', client, '--transport', 'stdio')
    const { demo } = file.parse(JSON.parse(stdout))
    const connected = await CLIENTS['sdk 1.x']?.({
      ...(demo ?? { command: '', args: [], env: {} }),
    })
    expect((await connected?.listTools())?.tools.map(({ name }) => name)).toContain('get_table_data')
    await connected?.close()
  })

  test.each(['http', 'stdio'])(
    'for Claude Code over %s is a command that a shell takes',
    async (transport) => {
      const claude = join(folder, 'claude')
      await writeFile(claude, '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n')
      await chmod(claude, 0o755)
      const key = 'a"b$c`d\\e'
      const { stdout } = await clientConfig('--client', 'claude-code', '--key', key, '--transport', transport)
      const PATH = `${folder}:${process.env.PATH}`
      const said = await promisify(execFile)('/bin/sh', ['-c', stdout], { env: { PATH } })
      const words = said.stdout.trimEnd().split('\n')
      expect(words.slice(0, 4)).toEqual(['mcp', 'add', '--transport', transport])
      expect(words).toContain(transport === 'http' ? `Authorization: Bearer ${key}` : `SLUICE_API_KEY=${key}`)
    },
  )

  test('takes the key from the environment, the role for stdio, and the address from the settings', async () => {
    const env = { SLUICE_API_KEY: 'secret', SLUICE_PORT: '9000' }
    const http = await runProgram(['client-config', '--client', 'cursor', '--transport', 'http'], env)
    expect(JSON.parse(http.stdout)).toEqual({
      mcpServers: {
        demo: { url: 'http://127.0.0.1:9000/mcp/demo', headers: { Authorization: 'Bearer secret' } },
      },
    })
    const stdio = await clientConfig('--client', 'cursor', '--transport', 'stdio', '--role', 'demo-writer')
    expect(file.parse(JSON.parse(stdio.stdout)).demo?.args.slice(1)).toEqual([
      'stdio',
      '--service',
      'demo',
      '--role',
      'demo-writer',
    ])
  })

  test('warns of a service that is not here, and of none that may be elsewhere', async () => {
    const data = join(folder, 'known')
    const run = (...args: readonly string[]) =>
      runProgram(['client-config', '--client', 'cursor', '--transport', 'http', ...args], {
        SLUICE_DATA_DIR: data,
      })
    expect(await run('--service', 'dmeo')).toMatchObject({ code: 0, stderr: '' })
    const server = await startProgram([], { SLUICE_DATA_DIR: data })
    await server.stop()
    const near = await run('--service', 'dmeo')
    expect(near).toMatchObject({
      code: 0,
      stderr: `There is no service 'dmeo' in ${data}. Did you mean 'demo'?\n`,
    })
    expect(JSON.parse(near.stdout)).toHaveProperty('mcpServers.dmeo.url')
    expect(await run('--service', 'DEMO')).toMatchObject({ code: 0, stderr: '' })
    expect(await run('--service', 'dmeo', '--url', 'https://x.example')).toMatchObject({ stderr: '' })
  })

  test.each([
    [
      [],
      'client-config needs --client NAME.\nClients: claude-desktop, claude-code, cursor, vscode, chatgpt.',
    ],
    [['--client', 'curser'], "Unknown client 'curser'.\nDid you mean 'cursor'?"],
    [['--client', 'constructor'], "Unknown client 'constructor'.\nClients: "],
    [['--client', 'chatgpt', '--transport', 'stdio'], 'ChatGPT starts no programs.\nUse --transport http.'],
    [['--client', 'cursor', '--transport', 'sse'], "--transport is 'http' or 'stdio', not 'sse'."],
    [['--client', 'cursor', '--url', 'db.example.com'], '--url is the address of the server'],
    [['--client', 'cursor', '--url', 'https://u:p@db.example.com'], '--url takes no user, password'],
    [['--client', 'cursor', '--key', 'a\nb'], '--key is an API key'],
    [['--client', 'cursor', '--key', 'a', '--role', 'b'], 'Both a key and a role are given.'],
    [['--client', 'cursor', '--service', 'crm=sqlite:./x'], 'client-config is for one configured service'],
    [
      ['--client', 'cursor', '--service', 'crm', '--url', 'https://x.example/mcp/shop'],
      "--service 'crm' is not the service of --url.",
    ],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await clientConfig(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('docs/mcp.md', () => {
  const connection: Connection = {
    name: 'demo',
    url: 'http://127.0.0.1:8080/mcp/demo',
    apiKey: 'KEY',
    program: { command: 'node', args: ['/path/to/sluice/dist/src/main.js', 'stdio', '--service', 'demo'] },
    env: { SLUICE_DATA_DIR: '/path/to/sluice/data', SLUICE_API_KEY: 'KEY' },
  }
  const shown = blocksOf(read('docs/mcp.md')).map(({ text }) => plain(text))
  const { chatgpt, vscode, ...others } = CLIENT_TEXTS
  const texts = Object.values<ClientText>({ ...others, vscode: { ...vscode, http: vscode.stdio } }).flatMap(
    ({ http, stdio }) => [http(connection), ...(stdio ? [stdio(connection)] : [])],
  )

  test('shows what the command prints for each client', () => {
    const asking = vscode.http({ ...connection, apiKey: undefined })
    const https = chatgpt.http({ ...connection, url: 'https://db.example.com/mcp/demo' })
    for (const text of [...texts, asking, https]) expect(shown).toContainEqual(plain(text))
  })
})

/** JSON without its spaces; other text as it is. */
function plain(text: string): string {
  return text.trimStart().startsWith('{') ? JSON.stringify(JSON.parse(text)) : text.trim()
}
