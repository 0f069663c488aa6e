import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** Answers some requests before fastify has a look at them. */
export interface Ahead {
  /** Whether it may be for it, by its head. */
  mayTake(raw: IncomingMessage): boolean
  /** With its body; undefined, and nothing done, when it is for fastify after all. What is returned settles with false when it still is. */
  take(raw: IncomingMessage, response: ServerResponse, body: Buffer): Promise<boolean> | undefined
}

/**
 * Puts it before the listener of fastify. Only requests come to it whose body came with their head; all others go to fastify as they are, and so does
 * what is not taken, with its body.
 */
export function putAhead({ server }: FastifyInstance, ahead: Ahead): void {
  const behind = server.listeners('request')
  const pass = (raw: IncomingMessage, response: ServerResponse) => {
    for (const listener of behind) Reflect.apply(listener, server, [raw, response])
  }
  /** Node asks nobody to read what was read once: what is left then is read here. */
  const passUnread = (raw: IncomingMessage, response: ServerResponse, body: Buffer) => {
    raw.unshift(body)
    response.once('finish', () => raw.resume())
    pass(raw, response)
  }
  server.removeAllListeners('request')
  server.on('request', (raw: IncomingMessage, response: ServerResponse) => {
    if (!ahead.mayTake(raw)) {
      pass(raw, response)
      return
    }
    // Then the bytes that came with the head are there.
    process.nextTick(() => {
      const body = wholeBody(raw)
      if (!body) {
        pass(raw, response)
        return
      }
      const taken = ahead.take(raw, response, body)
      if (taken) void taken.then((isTaken) => (isTaken ? raw.resume() : passUnread(raw, response, body)))
      else passUnread(raw, response, body)
    })
  })
}

/** All that the head announces, if it is there; else nothing is read. */
function wholeBody(raw: IncomingMessage): Buffer | undefined {
  const sizeBytes = Number(raw.headers['content-length'])
  if (raw.destroyed || sizeBytes === 0 || raw.readableLength !== sizeBytes) return undefined
  const body: unknown = raw.read()
  return Buffer.isBuffer(body) ? body : undefined
}
