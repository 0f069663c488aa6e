import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import { looksLikeCsv } from './csv-form.ts'
import { parseFormParts } from './form-parts.ts'
import { parseJsonLines } from './json-lines.ts'
import { parseJson } from './json-text.ts'

/** How a body was written. In the others than JSON every value is a text. */
type BodyFormat = TextFormat | 'parts'
type TextFormat = 'json' | 'ndjson' | 'xml' | 'csv' | 'form' | 'text'

declare module 'fastify' {
  interface FastifyRequest {
    bodyFormat: BodyFormat
  }
}

/**
 * How bodies are read (dreamfactory-rest §1.4): by their type; one without a type, or of one that says nothing, by its looks.
 * curl sends JSON as a form unless told otherwise. An empty body is undefined.
 */
export function addBodyParsers(app: FastifyInstance): void {
  app.decorateRequest('bodyFormat', 'json')
  addParsers(app)
}

/** The same, but CSV and NDJSON are left for the handler to read: the body is the stream that it comes in. */
export function addRowStreamParsers(app: FastifyInstance): void {
  addParsers(app)
  for (const [type, written] of ROW_TYPES) {
    app.removeContentTypeParser(type)
    app.addContentTypeParser(type, async (request: FastifyRequest, body: IncomingMessage) => {
      refuseEncoded(request)
      request.bodyFormat = written
      return body
    })
  }
}

function addParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  for (const [type, format] of TYPES) {
    app.addContentTypeParser<Buffer>(
      type,
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) => {
        const text = textOf(request, body)
        if (text.trim() === '') return undefined
        const written = format(text)
        request.bodyFormat = written
        return PARSE[written](text)
      },
    )
  }
  app.addContentTypeParser<Buffer>(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseEncoded(request)
      request.bodyFormat = 'parts'
      return await parseFormParts(body, request.headers['content-type'] ?? '')
    },
  )
}

const NDJSON = /^application\/(?:x-)?(?:nd|l)json(?:;|$)/
const CSV = /^[\w.+-]+\/csv(?:;|$)/
const ROW_TYPES = [
  [NDJSON, 'ndjson'],
  [CSV, 'csv'],
] as const

const TYPES: readonly (readonly [type: string | RegExp, format: (text: string) => TextFormat])[] = [
  ['application/json', () => 'json'],
  [NDJSON, () => 'ndjson'],
  [/^[\w.+-]+\/(?:[\w.+-]+\+)?json(?:;|$)/, () => 'json'],
  [/^[\w.+-]+\/(?:[\w.+-]+\+)?xml(?:;|$)/, () => 'xml'],
  [CSV, () => 'csv'],
  ['text/plain', () => 'text'],
  ['application/x-www-form-urlencoded', (text) => (LOOKS_LIKE_JSON.test(text) ? 'json' : 'form')],
  ['*', byLooks],
]

const LOOKS_LIKE_JSON = /^\s*[[{]/

/** Most servers read JSON alone: the libraries for the others are loaded at their first body. */
const PARSE: Readonly<Record<TextFormat, (text: string) => unknown>> = {
  json: parseJson,
  ndjson: parseJsonLines,
  xml: async (text) => (await import('./xml-body.ts')).parseXml(text),
  csv: async (text) => (await import('./csv-body.ts')).parseCsv(text),
  form: async (text) => (await import('./form-body.ts')).parseForm(text),
  text: (text) => text,
}

function byLooks(text: string): TextFormat {
  if (LOOKS_LIKE_JSON.test(text)) return 'json'
  if (/^\s*</.test(text)) return 'xml'
  if (looksLikeCsv(text)) return 'csv'
  throw new AppError('bad_request', 'Unrecognized payload type', {
    hint: 'Send JSON with Content-Type: application/json, or XML, CSV or a form with theirs.',
  })
}

function textOf(request: FastifyRequest, body: Buffer): string {
  refuseEncoded(request)
  if (!isUtf8(body)) throw new AppError('bad_request', 'The request body is not UTF-8 text.')
  return body.toString('utf8').replace(/^\uFEFF/, '')
}

function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('bad_request', `Request bodies with Content-Encoding '${encoding}' are not read.`, {
      hint: 'Send the body uncompressed.',
    })
  }
}
