// A conversation of an agent with the demo database, held by a real client with the built program over stdio (`npm run build`
// first). generate-docs.mjs writes it into docs/mcp.md, test/docs compares it and counts it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

const MAIN = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/src/main.js')
const OLD = "status = 'new' AND ordered_at < '2025-01-01'"
const PER_YEAR = {
  table_name: 'orders',
  group_by: ['year(ordered_at)'],
  aggregates: [
    { function: 'COUNT', field: '*', alias: 'orders' },
    { function: 'SUM', field: 'total', alias: 'worth' },
  ],
}
const CANCEL = { table_name: 'orders', filter: OLD, records: [{ status: 'cancelled' }] }

/** What the agent does, and why; `CODE` stands for the code of the answer before. */
const STEPS = [
  ['Which table has them?', 'get_data_model', { search: 'orders of customers', detail: 'names', limit: 3 }],
  ['What are its columns?', 'get_table_schema', { table_name: 'orders' }],
  [
    'How many are still open, year by year? The column is guessed, and wrong:',
    'aggregate_data',
    { ...PER_YEAR, filter: "state = 'new'" },
  ],
  ['The answer names the right one:', 'aggregate_data', { ...PER_YEAR, filter: "status = 'new'" }],
  [
    'Which are the oldest, and whose?',
    'get_table_data',
    {
      table_name: 'orders',
      fields: ['id', 'ordered_at', 'total'],
      filter: OLD,
      order: 'ordered_at',
      limit: 3,
      related: 'customers_by_customer_id',
      related_options: { customers_by_customer_id: { fields: ['first_name', 'last_name'] } },
    },
  ],
  ['What would be changed? Nothing is yet:', 'update_records', { ...CANCEL, dry_run: true }],
  ['The person agrees:', 'update_records', { ...CANCEL, confirmation: 'CODE' }],
]

/**
 * Holds the conversation on a fresh demo database. `characters`: of all messages both ways, with the greeting and the list of
 * tools. In `steps`, `CODE` stands for the confirmation, which is another one each time.
 */
export async function converse() {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-conversation-'))
  const { PATH = '' } = process.env
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, 'stdio', '--service', 'demo', '--role', 'demo-writer'],
    env: { PATH, SLUICE_DATA_DIR: dataDir, SLUICE_LOG_LEVEL: 'warn' },
  })
  const client = new Client({ name: 'agent', version: '1.0.0' })
  try {
    await client.connect(counted(transport))
    await client.listTools()
    const steps = await callAll(client)
    return { steps, calls: steps.length, characters: transport.characters }
  } finally {
    await client.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** The conversation as Markdown. */
export function renderConversation({ steps, calls, characters }) {
  const parts = steps.flatMap(({ why, name, args, text }) => [
    `${why} \`${name}\``,
    ['```json', JSON.stringify(args), '```'].join('\n'),
    ['```text', text, '```'].join('\n'),
  ])
  const tokens = Math.round(characters / 400) * 100
  return [
    ...parts,
    `${calls} calls and about ${tokens} tokens (characters / 4), counting all that went over the line: the greeting, the list of tools, ` +
      'and each answer both as text and as data.',
  ].join('\n\n')
}

async function callAll(client) {
  const steps = []
  let code = ''
  for (const [why, name, args] of STEPS) {
    const sent = args.confirmation === undefined ? args : { ...args, confirmation: code }
    const { content, structuredContent } = await client.callTool({ name, arguments: sent })
    code = structuredContent?.confirmation ?? code
    const text = content.map((part) => part.text).join('\n')
    steps.push({ why, name, args, text: told(text, code) })
  }
  return steps
}

/** Adds up the characters of each message that `transport` sends and receives. */
function counted(transport) {
  const send = transport.send.bind(transport)
  let receive
  transport.characters = 0
  transport.send = (message, ...rest) => {
    transport.characters += JSON.stringify(message).length
    return send(message, ...rest)
  }
  Object.defineProperty(transport, 'onmessage', {
    get: () => receive,
    set: (listener) => {
      receive = (message, ...rest) => {
        transport.characters += JSON.stringify(message).length
        listener(message, ...rest)
      }
    },
  })
  return transport
}

/** Codes and cursors are others each time. */
function told(text, code) {
  const steady = text.replaceAll(/next_cursor [\w.-]+/g, 'next_cursor CURSOR')
  return code === '' ? steady : steady.replaceAll(code, 'CODE')
}
