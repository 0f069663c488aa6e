import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import { parseJson } from './json-text.ts'

/**
 * How bodies are read: JSON under any JSON type; `text/plain` as text; anything else is taken for JSON if it looks like it
 * (curl sends JSON as a form unless told otherwise) and refused if not. An empty body is undefined.
 */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const asBuffer = { parseAs: 'buffer' } as const
  app.addContentTypeParser<Buffer>(
    'application/json',
    asBuffer,
    async (request: FastifyRequest, body: Buffer) => jsonOf(request, body),
  )
  app.addContentTypeParser<Buffer>(
    /^[\w.+-]+\/(?:[\w.+-]+\+)?json(?:;|$)/,
    asBuffer,
    async (request: FastifyRequest, body: Buffer) => jsonOf(request, body),
  )
  app.addContentTypeParser<Buffer>('text/plain', asBuffer, async (request: FastifyRequest, body: Buffer) =>
    textOf(request, body),
  )
  app.addContentTypeParser<Buffer>('*', asBuffer, async (request: FastifyRequest, body: Buffer) =>
    guess(request, body),
  )
}

function jsonOf(request: FastifyRequest, body: Buffer): unknown {
  const text = textOf(request, body)
  return text.trim() === '' ? undefined : parseJson(text)
}

function guess(request: FastifyRequest, body: Buffer): unknown {
  const text = textOf(request, body)
  if (text.trim() === '') return undefined
  if (/^\s*[[{]/.test(text)) return parseJson(text)
  throw new AppError('bad_request', 'Unrecognized payload type', {
    hint: 'Send JSON with Content-Type: application/json.',
  })
}

function textOf(request: FastifyRequest, body: Buffer): string {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('bad_request', `Request bodies with Content-Encoding '${encoding}' are not read.`, {
      hint: 'Send the body uncompressed.',
    })
  }
  if (!isUtf8(body)) throw new AppError('bad_request', 'The request body is not UTF-8 text.')
  return body.toString('utf8').replace(/^\uFEFF/, '')
}
