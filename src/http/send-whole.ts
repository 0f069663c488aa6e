import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/** Sends a text that is all of an answer, with the headers that the reply has. */
export function sendWhole(reply: FastifyReply, text: string): FastifyReply {
  const sizeBytes = Buffer.byteLength(text)
  const { raw } = reply.header('content-length', sizeBytes).hijack()
  // By fastify's type any header may be a number.
  raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders)
  endWhole(raw, text, sizeBytes)
  return reply
}

/** ASCII goes as Latin-1, which is the same: for UTF-8 Node makes room for three bytes a character, and gives most of it back. */
export function endWhole(response: ServerResponse, text: string, sizeBytes: number): void {
  response.end(text, sizeBytes === text.length ? 'latin1' : 'utf8')
}
