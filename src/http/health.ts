import type { FastifyInstance } from 'fastify'

interface Readiness {
  readonly ready: boolean
  /** What is not ready, safe to show to anybody. */
  readonly reason?: string
}

export interface HealthOptions {
  /** Answers from what is already known: it is called for every anonymous request. */
  readonly ready: () => Readiness
}

/** `GET /health`: the process lives. `GET /ready`: requests will be served (200) or what is missing (503). */
export function registerHealth(app: FastifyInstance, options: HealthOptions): void {
  app.get('/health', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }))
  app.get('/ready', (_request, reply) => {
    const { ready, reason } = options.ready()
    reply.header('cache-control', 'no-store')
    if (ready) return reply.send({ status: 'ready' })
    return reply.code(503).send({ status: 'not ready', reason: reason ?? 'starting' })
  })
}
