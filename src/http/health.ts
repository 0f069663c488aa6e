import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'

/** `starting`: what the server needs is being made; `stopping`: running requests are finished. */
export type Phase = 'starting' | 'ready' | 'stopping'

const HEALTH = '/health'
const READY = '/ready'

/** `GET /health`: the process lives. `GET /ready`: requests will be served (200) or what is missing (503). */
export function registerHealth(app: FastifyInstance, phase: () => Phase): void {
  app.get(HEALTH, (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }))
  app.get(READY, (_request, reply) => {
    const now = phase()
    reply.header('cache-control', 'no-store')
    if (now === 'ready') return reply.send({ status: 'ready' })
    return reply.code(503).send({ status: 'not ready', reason: now })
  })
}

/** Why a request cannot be served yet: before accounts and services are there, a right password would look wrong. */
export function startingRefusal(phase: Phase, path: string): AppError | undefined {
  if (phase !== 'starting' || path === HEALTH || path === READY) return undefined
  return new AppError('unavailable', 'The server is starting.', {
    retryable: true,
    hint: 'Try again in a second; GET /ready tells when it serves.',
  })
}
