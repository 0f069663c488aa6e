import type { ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { type AuthInfo, createMcpHandler, ProtocolError } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import { sdkServer } from './sdk-server.ts'

interface SdkExchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly message: unknown
}

/** Everything the fast path does not take: initialize, discover, ping, notifications, subscriptions, and whatever is wrong. */
export interface SdkHandler {
  answer(session: McpSession, exchange: SdkExchange): Promise<FastifyReply>
  /** Ends the subscriptions, which would hold a closing server open; their clients subscribe again elsewhere. */
  endStreams(): void
}

export function sdkHandler(deps: McpDeps, { logError }: { logError(error: unknown): void }): SdkHandler {
  // The SDK hands this object through from request to factory: it stands for the session and holds no secret.
  const sessions = new WeakMap<AuthInfo, McpSession>()
  const streams = new Set<ServerResponse>()
  const onerror = (error: Error) => {
    if (!isClientsFault(error)) logError(error)
  }
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const session = authInfo && sessions.get(authInfo)
      if (!session) throw new AppError('internal', 'The SDK asked for a server without a session.')
      return sdkServer(deps, session)
    },
    { legacy: 'stateless', onerror },
  )
  const node = toNodeHandler(handler, { onerror })

  return {
    async answer(session, { request, reply, message }) {
      const auth: AuthInfo = { token: '', clientId: request.callerLabel, scopes: [] }
      sessions.set(auth, session)
      const { raw } = reply
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      reply.hijack()
      if (isSubscription(message)) streams.add(raw)
      const { url = '/' } = request.raw
      await node(Object.assign(request.raw, { method: 'POST', url, auth }), raw, message)
      streams.delete(raw)
      return reply
    },
    endStreams() {
      for (const stream of streams) stream.destroy()
    },
  }
}

function isSubscription(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'method' in message &&
    message.method === 'subscriptions/listen'
  )
}

/** The SDK reports requests it rejects too, without a code of their own. */
function isClientsFault(error: Error): boolean {
  return error instanceof ProtocolError || error.message.startsWith('Rejected inbound request')
}
