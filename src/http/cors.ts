import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Lets web pages of these origins call from a browser; without any, browsers keep pages of other origins away. */
export async function registerCors(app: FastifyInstance, allowedOrigins: readonly string[]): Promise<void> {
  if (allowedOrigins.length === 0) return
  await app.register(cors, {
    origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['WWW-Authenticate', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
    // Only real preflights; any other OPTIONS is the doors' to answer.
    strictPreflight: true,
  })
}
