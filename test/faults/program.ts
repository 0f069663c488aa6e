import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, startProgram } from '../helpers/program.ts'
import { LIMITS } from './scene.ts'

interface CallOptions {
  readonly signal?: AbortSignal
  readonly service?: string
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** The whole program as a process of its own, with databases as services and a key that may do everything. */
export interface Program extends Running {
  /** The service is `crm` unless told otherwise. */
  rest(method: string, path: string, options?: CallOptions & { body?: object }): Promise<Answer>
  /** The body of a read as CSV, from its beginning. */
  download(path: string, signal?: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>>
  /** `tools/call` over HTTP. */
  tool(name: string, args: object, options?: CallOptions): Promise<Answer>
}

const API_KEY = 'f'.repeat(64)

/** `configs` are those of the services, by name. */
export async function startFaultProgram(
  type: string,
  configs: Readonly<Record<string, object>>,
): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-faults-'))
  const file = join(dataDir, 'sluice.json')
  await writeFile(file, JSON.stringify(fileWith(type, configs)))
  const env = {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_DEMO: 'false',
    SLUICE_CONFIG: file,
    SLUICE_ADMIN_EMAIL: 'admin@example.com',
    SLUICE_ADMIN_PASSWORD: 'a-long-enough-password',
  }
  const running = await startProgram([], env)
  const request = (path: string, init: RequestInit) => {
    const headers = {
      'x-dreamfactory-api-key': API_KEY,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    }
    return fetch(`${running.url}${path}`, { headers, ...init })
  }
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await request(path, init)
    return { status: answer.status, text: await answer.text() }
  }
  const rest: Program['rest'] = (method, path, { body, signal, service = 'crm' } = {}) =>
    send(`/api/v2/${service}/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  const tool: Program['tool'] = (name, args, { signal, service = 'crm' } = {}) => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }
    return send(`/mcp/${service}`, { method: 'POST', body: JSON.stringify(call), ...(signal && { signal }) })
  }
  return {
    ...running,
    rest,
    tool,
    download: async (path, signal) => {
      const { status, body } = await request(`/api/v2/crm/${path}&accept=csv`, signal ? { signal } : {})
      if (status !== 200 || body === null) throw new Error(`the download was answered with ${status}`)
      return body.getReader()
    },
    stop: async () => {
      const finished = await running.stop()
      await rm(dataDir, { recursive: true, force: true })
      return finished
    },
  }
}

function fileWith(type: string, configs: Readonly<Record<string, object>>): object {
  const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const names = Object.keys(configs)
  return {
    services: names.map((name) => ({ name, type, config: { ...LIMITS, ...configs[name] } })),
    roles: [{ name: 'all', access: names.map((service) => ({ service, component: '*', verbs })) }],
    apps: [{ name: 'all', role: 'all', api_key: API_KEY }],
  }
}
