import { inject } from 'vitest'
import type { ServerName } from './find-server.ts'

export interface OwnDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** The URL of a running server, with a user who may create databases. Fails with why there is none. */
export function testServer(name: ServerName): Promise<string> {
  return ask('GET', name)
}

/** An empty database: UTF-8, compares by bytes. What is not dropped is when the run ends. */
export async function ownDatabase(name: ServerName): Promise<OwnDatabase> {
  const [database = '', url = ''] = (await ask('POST', name)).split(' ')
  return {
    url,
    drop: async () => {
      await ask('DELETE', `${name}/${database}`)
    },
  }
}

export async function reachServer(name: ServerName): Promise<'reachable' | `unreachable: ${string}`> {
  try {
    await testServer(name)
    return 'reachable'
  } catch (error) {
    return `unreachable: ${error instanceof Error ? error.message : error}`
  }
}

async function ask(method: string, path: string): Promise<string> {
  const answer = await fetch(`${inject('serverDesk')}/${path}`, { method })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
