import { setMaxListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** One for a connection, kept over its requests: making one for each would cost a tenth of a small request. */
const aborters = new WeakMap<Socket, AbortController>()

/** Aborts when the client goes away before its answer is written. */
export function requestSignal({ raw: { socket } }: Pick<FastifyRequest, 'raw'>): AbortSignal {
  const known = aborters.get(socket)
  if (known) return known.signal
  const aborter = new AbortController()
  // All that is done for its requests, at once.
  setMaxListeners(0, aborter.signal)
  if (socket.destroyed) aborter.abort()
  aborters.set(socket, aborter)
  return aborter.signal
}

/** To be called when the connection is done with the answer: one that was not written ends the connection. */
export function abortIfUnanswered(
  { raw: { socket } }: Pick<FastifyRequest, 'raw'>,
  response: ServerResponse,
): void {
  if (!response.writableEnded) aborters.get(socket)?.abort()
}
