import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { TestProject } from 'vitest/node'
import { FIND, type FoundServer, type ServerName } from './find-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for servers and databases: see test-server.ts. */
    readonly serverDesk: string
  }
}

/**
 * One desk for a run of the tests: `GET /pgsql` tells the URL of a server, which is found or started when it is asked for first;
 * `POST /pgsql` makes a database, and tells its name and its URL; `DELETE /pgsql/<database>` drops it. 503 says why not. When the run ends, databases that
 * were left are dropped and servers that were started are stopped.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `sluice_test_${randomBytes(5).toString('hex')}_`
  const found = new Map<string, Promise<FoundServer>>()
  let count = 0

  const answer = async ({ method, url = '' }: IncomingMessage): Promise<string> => {
    const [, secret, name = '', database = ''] = url.split('/')
    if (secret !== prefix || !isServerName(name)) throw new Error(`no server is called '${name}'`)
    const server = await (found.get(name) ?? remember(name))
    if (method === 'GET') return server.url
    if (method === 'DELETE' && database.startsWith(prefix)) {
      await server.databases.drop(server.url, database)
      return ''
    }
    const fresh = `${prefix}${++count}`
    await server.databases.create(server.url, fresh)
    const own = server.databases.urlOf ?? urlOf
    return `${fresh} ${own(server.url, fresh)}`
  }
  const remember = (name: ServerName) => {
    const server = FIND[name]()
    found.set(name, server)
    return server
  }

  const desk = createServer((request, response) => {
    answer(request).then(
      (text) => response.end(text),
      (error) => response.writeHead(503).end(error instanceof Error ? error.message : String(error)),
    )
  })
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
  const address = desk.address()
  const port = typeof address === 'object' ? address?.port : undefined
  project.provide('serverDesk', `http://127.0.0.1:${port}/${prefix}`)

  return async () => {
    desk.close()
    desk.closeAllConnections()
    await Promise.all(
      [...found.values()].map((server) => server.then((each) => cleanUp(each, prefix)).catch(() => {})),
    )
  }
}

const isServerName = (name: string): name is ServerName => Object.hasOwn(FIND, name)

async function cleanUp({ url, databases, stop }: FoundServer, prefix: string): Promise<void> {
  try {
    for (const name of await databases.list(url, prefix)) await databases.drop(url, name)
  } finally {
    await stop()
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}
