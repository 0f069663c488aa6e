import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** Made when somebody asks for the signal; null for requests that wait for nothing. */
    aborter: AbortController | null
  }
}

export function decorateAborter(app: FastifyInstance): void {
  app.decorateRequest('aborter', null)
}

/** Aborts when the client goes away before its answer is written. The same signal for the whole request. */
export function requestSignal(request: FastifyRequest): AbortSignal {
  if (request.aborter === null) {
    request.aborter = new AbortController()
    if (request.raw.socket.destroyed) request.aborter.abort()
  }
  return request.aborter.signal
}

/** To be called when the connection is done with the answer, written or not. */
export function abortIfUnanswered(request: FastifyRequest, reply: FastifyReply): void {
  if (!reply.raw.writableEnded) request.aborter?.abort()
}
