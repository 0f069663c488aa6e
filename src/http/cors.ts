import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Lets web pages of these origins call from a browser; without any, browsers keep pages of other origins away. */
export async function registerCors(app: FastifyInstance, allowedOrigins: readonly string[]): Promise<void> {
  if (allowedOrigins.length === 0) return
  const options = {
    origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'WWW-Authenticate',
      'Retry-After',
      'X-Request-Id',
      'X-Total-Count',
      'Content-Disposition',
    ],
    maxAge: 600,
  }
  await app.register(cors, {
    // An OPTIONS that is no preflight is the doors' to answer.
    delegator: ({ headers }, use) =>
      use(null, { ...options, preflight: headers['access-control-request-method'] !== undefined }),
  })
}
