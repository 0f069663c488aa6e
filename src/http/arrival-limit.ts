import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerUnreadable } from './unreadable-request.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its bodies may take as long as they keep coming. */
    readonly hasLongBodies?: true
  }
}

/** Longest time a client may take to send a body, against slow senders; of long bodies, the longest pause. */
const ARRIVAL_MS = 120_000

/** Ends a request whose body does not come to its end in time. */
export function limitArrival(request: FastifyRequest, reply: FastifyReply, limitMs = ARRIVAL_MS): void {
  const { raw, headers } = request
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
  // Most bodies are read together with their headers: those need no timer.
  process.nextTick(() => {
    if (!raw.complete && !raw.destroyed && !isWhole(raw)) watchArrival(request, reply, limitMs)
  })
}

/** All of it waits to be read, though Node has yet to say that it was the end. */
function isWhole({ readableLength, headers }: IncomingMessage): boolean {
  return readableLength >= Number(headers['content-length'])
}

function watchArrival(request: FastifyRequest, reply: FastifyReply, limitMs: number): void {
  const { raw } = request
  const isLong = request.routeOptions.config.hasLongBodies ?? false
  let seen = raw.socket.bytesRead
  const timer = setInterval(() => {
    const { bytesRead } = raw.socket
    // What waits to be read by us is no fault of the client.
    const keepsComing = isLong && (bytesRead > seen || raw.readableLength > 0)
    seen = bytesRead
    if (!keepsComing) end()
  }, limitMs).unref()
  const stop = () => clearInterval(timer)
  raw.once('end', stop).once('close', stop)

  function end(): void {
    stop()
    if (reply.raw.headersSent) raw.socket.destroy()
    else
      answerUnreadable(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket)
  }
}
