import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import type { Server } from '@modelcontextprotocol/server'
import type { SessionLimits } from './session-limits.ts'
import type { WatchedUris } from './subscription.ts'

/** Whose a session is: for anybody else it does not exist. */
interface SessionOwner {
  readonly service: string
  readonly principal: string
}

/** A connection of the revisions of 2025: its messages come in requests of their own and share one SDK server. */
export interface HttpSession {
  readonly transport: NodeStreamableHTTPServerTransport
  readonly server: Server
  readonly watched: WatchedUris
  /** Used for as long as this answer is written: meanwhile it is not idle. */
  use(answer: ServerResponse): void
}

export interface HttpSessions {
  find(id: string, owner: SessionOwner): HttpSession | undefined
  /** A session for an `initialize`; it is kept once the handshake went well. Undefined when there are too many. */
  begin(
    owner: SessionOwner,
    served: Pick<HttpSession, 'server' | 'watched'>,
  ): Promise<HttpSession | undefined>
  close(): Promise<void>
}

interface Kept extends HttpSession {
  readonly owner: SessionOwner
  running: number
  lastUsed: number
}

/** Sessions in the memory of this process: a load balancer has to keep each with the process that began it. */
export function createHttpSessions({ most, idleMs }: SessionLimits): HttpSessions {
  const sessions = new Map<string, Kept>()

  function makeRoom({ principal }: SessionOwner): boolean {
    const unused = [...sessions].filter(([, { running }]) => running === 0)
    for (const [id, { lastUsed, server }] of unused) if (lastUsed + idleMs < Date.now()) end(id, server)
    if (sessions.size < most) return true
    const owners = [principal, ...[...sessions.values()].map(({ owner }) => owner.principal)]
    const [id, session] =
      leastMissed(
        unused.filter(([id]) => sessions.has(id)),
        owners,
      ) ?? []
    if (id !== undefined && session) end(id, session.server)
    return sessions.size < most
  }

  function end(id: string, server: Server): void {
    sessions.delete(id)
    void server.close()
  }

  return {
    find(id, { service, principal }) {
      const found = sessions.get(id)
      const isTheirs = found?.owner.service === service && found.owner.principal === principal
      const isOld = found && found.running === 0 && found.lastUsed + idleMs < Date.now()
      return isTheirs && !isOld ? found : undefined
    },
    async begin(owner, { server, watched }) {
      if (!makeRoom(owner)) return undefined
      const transport = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void sessions.set(id, session),
        onsessionclosed: (id) => void sessions.delete(id),
      })
      const session: Kept = { owner, server, watched, transport, running: 0, lastUsed: Date.now(), use }
      await server.connect(transport)
      return session

      function use(answer: ServerResponse): void {
        session.running++
        answer.once('close', () => {
          session.running--
          session.lastUsed = Date.now()
        })
      }
    },
    async close() {
      const all = [...sessions.values()]
      sessions.clear()
      await Promise.all(all.map(({ server }) => server.close()))
    },
  }
}

/** The longest unused of whoever has most: who begins many sessions ends their own. */
function leastMissed(
  unused: readonly (readonly [string, Kept])[],
  principals: readonly string[],
): readonly [string, Kept] | undefined {
  const counts = new Map<string, number>()
  for (const principal of principals) counts.set(principal, (counts.get(principal) ?? 0) + 1)
  const countOf = ({ owner }: Kept) => counts.get(owner.principal) ?? 0
  const [first] = unused.toSorted(([, a], [, b]) => countOf(b) - countOf(a) || a.lastUsed - b.lastUsed)
  return first
}
