import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCurl } from './curl.ts'
import { blocksOf, codesIn, read, rowsUnder } from './page.ts'

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))

/** One server on a fresh demo database answers the examples in the order of this list. */
const PAGES = ['README.md', 'docs/filters.md', 'docs/rest.md', 'docs/mcp.md']

interface Example {
  readonly page: string
  readonly section: string
  readonly command: string
  /** JSON text; absent where the page shows none. */
  readonly answer?: string
}

/** Commands with an ellipsis leave something for the reader to fill in. */
const examples = PAGES.flatMap((page) => {
  const blocks = blocksOf(read(page))
  return blocks.flatMap(({ language, text, section }, index): Example[] => {
    if (language !== 'sh' || !text.startsWith('curl') || text.includes('…')) return []
    const next = blocks[index + 1]
    return [
      { page, section, command: text.trim(), ...(next?.language === 'json' ? { answer: next.text } : {}) },
    ]
  })
})

let server: { readonly child: ChildProcess; readonly address: string; readonly keys: Record<string, string> }
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-docs-'))
  server = await startServer(dataDir)
})
afterAll(async () => {
  await stopServer(server.child)
  await rm(dataDir, { recursive: true })
})

describe('examples with curl', () => {
  test('are on every page', () => {
    expect(new Set(examples.map(({ page }) => page))).toEqual(new Set(PAGES))
  })

  test.each(examples)('$page, $section: $command', async ({ command, answer }) => {
    const { url, ...request } = readCurl(command, server.keys)
    const response = await fetch(url.replace('http://127.0.0.1:8080', server.address), request)
    const body = await response.text()
    if (answer === undefined) expect(response.status, body).toBe(200)
    else expect(JSON.parse(withoutCursors(body))).toEqual(JSON.parse(answer))
  })
})

describe('errors in docs/mcp.md', () => {
  const rows = rowsUnder(read('docs/mcp.md'), 'tool', 'arguments', 'text').map((row) => row.flatMap(codesIn))

  test.each(rows)('%s %s: %s', async (name, args = '', text) => {
    const params = { name, arguments: JSON.parse(args) }
    const response = await fetch(`${server.address}/mcp/demo`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.keys.WRITE_KEY}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    })
    expect(await response.json()).toMatchObject({ result: { content: [{ text }], isError: true } })
  })
})

/** As a stranger starts it: everything that is not said takes its default. */
async function startServer(folder: string): Promise<typeof server> {
  const env = { PATH: process.env.PATH ?? '', SLUICE_PORT: '0', SLUICE_DATA_DIR: folder }
  const child = spawn(process.execPath, [MAIN, 'start'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const printed = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more
      if (text.includes('Ctrl-C')) resolve(text)
    })
    child.once('exit', () => resolve(text))
  })
  const [, address] = /ready at (\S+)/.exec(printed) ?? []
  const [KEY, WRITE_KEY] = printed.match(/\b[0-9a-f]{64}\b/g) ?? []
  if (!address || !KEY || !WRITE_KEY) throw new Error(`no server: ${printed}`)
  return { child, address, keys: { KEY, WRITE_KEY } }
}

async function stopServer(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** They are others on each server. */
function withoutCursors(body: string): string {
  return body.replaceAll(/(next_cursor(?:": ?"| ))[\w.-]+/g, '$1CURSOR')
}
