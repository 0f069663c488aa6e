import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))

interface Stdio {
  send(message: object): void
  /** The answer to a request. */
  answer(id: number): Promise<unknown>
  end(): Promise<void>
}

/** The built program as an MCP server on its standard input and output, greeted, with a database as its service. */
export async function startStdio(url: string): Promise<Stdio> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-faults-'))
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [MAIN, 'stdio', '--service', `crm=${url}`], {
    env: { PATH, HOME, SLUICE_DATA_DIR: dataDir, SLUICE_DEMO: 'false' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = new Map<unknown, unknown>()
  const waiting = new Map<unknown, (message: unknown) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line)
    answers.set(message.id, message)
    waiting.get(message.id)?.(message)
  })
  const stdio: Stdio = {
    send: (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    answer: (id) =>
      answers.has(id)
        ? Promise.resolve(answers.get(id))
        : new Promise((resolve) => {
            waiting.set(id, resolve)
          }),
    end: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.stdin.end()
      await ended
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  stdio.send({ id: 0, method: 'initialize', params })
  await stdio.answer(0)
  stdio.send({ method: 'notifications/initialized' })
  return stdio
}
