import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgram } from '../../helpers/program.ts'
import { KINDS } from './requests.ts'

const API_KEY = 'e'.repeat(64)

/** What became of a request: the status of its answer, or nothing when there was none. */
export interface Sent {
  readonly kind: string
  readonly name: string
  status: number | undefined
}

export interface Life {
  send(sent: Sent): Promise<void>
  /** Has answered a request of the service once. */
  readonly warm: Promise<void>
  kill(): Promise<unknown>
}

/** The whole program on one data folder, started again and again. */
export async function openLives(service: { readonly type: string; readonly config: object }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-killed-'))
  const file = join(dataDir, 'sluice.json')
  const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const config = {
    services: [{ name: 'crm', ...service }],
    roles: [{ name: 'all', access: [{ service: 'crm', component: '*', verbs }] }],
    apps: [{ name: 'all', role: 'all', api_key: API_KEY }],
  }
  await writeFile(file, JSON.stringify(config))
  const env = {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_DEMO: 'false',
    SLUICE_CONFIG: file,
    SLUICE_ADMIN_EMAIL: 'admin@example.com',
    SLUICE_ADMIN_PASSWORD: 'a-long-enough-password',
  }
  return {
    async start(): Promise<Life> {
      const running = await startProgram([], env)
      const ask = (method: string, path: string, headers: object = {}, body?: object) =>
        fetch(`${running.url}/api/v2/crm/${path}`, {
          method,
          headers: { 'x-dreamfactory-api-key': API_KEY, 'content-type': 'application/json', ...headers },
          ...(body && { body: JSON.stringify(body) }),
        })
      return {
        warm: ask('GET', '_table/customers?limit=1').then(() => {}),
        kill: () => running.kill(),
        async send(sent) {
          const { path, body } = KINDS[sent.kind] ?? raise(sent.kind)
          const answer = await ask('POST', path, { 'idempotency-key': sent.name }, body(sent.name)).catch(
            () => {},
          )
          const text = await answer?.text().catch(() => undefined)
          if (answer && text !== undefined) sent.status = answer.status
        },
      }
    },
    close: () => rm(dataDir, { recursive: true, force: true }),
  }
}

function raise(kind: string): never {
  throw new Error(`no such request: ${kind}`)
}
