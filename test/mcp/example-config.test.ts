import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CLIENT_TEXTS, type Connection } from '../../src/commands/client-texts.ts'

const example = z
  .strictObject({
    mcpServers: z.record(
      z.string(),
      z.strictObject({
        command: z.string(),
        args: z.array(z.string()),
        env: z.record(z.string(), z.string()).optional(),
      }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../../claude_desktop_config.example.json', import.meta.url), 'utf8')),
  )

const { bin } = z
  .object({ bin: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))

test('the example for Claude Desktop starts our program on the demo', () => {
  const { command, args = [], env } = example.mcpServers['sluice-demo'] ?? {}
  expect([command, ...args]).toEqual(['node', `/path/to/sluice/${bin.sluice}`, 'stdio', '--service', 'demo'])
  expect(Object.keys(env ?? {})).toEqual(['SLUICE_DATA_DIR'])
})

test('its bridge to HTTP calls the demo with a key from the environment, in a header without a space', () => {
  const { args = [], env } = example.mcpServers['sluice-demo-http'] ?? {}
  expect(args).toContain('http://127.0.0.1:8080/mcp/demo')
  expect(args.at(-1)).toMatch(/^X-DreamFactory-API-Key:\$\{SLUICE_API_KEY\}$/)
  expect(Object.keys(env ?? {})).toEqual(['SLUICE_API_KEY'])
})

test('both are what client-config prints', () => {
  const connection: Connection = {
    name: 'sluice-demo',
    url: 'http://127.0.0.1:8080/mcp/demo',
    apiKey: 'paste-an-api-key-here',
    program: { command: 'node', args: [`/path/to/sluice/${bin.sluice}`, 'stdio', '--service', 'demo'] },
    env: { SLUICE_DATA_DIR: '/path/to/sluice/data' },
  }
  const { http, stdio } = CLIENT_TEXTS['claude-desktop']
  expect({
    mcpServers: {
      ...JSON.parse(stdio(connection)).mcpServers,
      ...JSON.parse(http({ ...connection, name: 'sluice-demo-http' })).mcpServers,
    },
  }).toEqual(example)
})
