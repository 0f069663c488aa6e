import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toAppError } from '../core/errors.ts'
import { codingOf } from '../http/coding.ts'
import { JSON_TYPE } from '../http/error-envelope.ts'
import { sendWhole } from '../http/send-whole.ts'
import type { RecordStream } from '../operations/database/stream-records.ts'
import { type Answer, type JsonBytes, NOT_MODIFIED } from './answer.ts'
import { compressed } from './compression.ts'
import { CSV_TYPE, csvOfJson } from './csv.ts'
import { attachment, type Format } from './format.ts'
import { listText, metaOfStream } from './list-text.ts'
import { textStream } from './text-stream.ts'
import { XML_TYPE, xmlOfJson } from './xml.ts'

/** The form of an answer. */
export interface Wanted {
  readonly format: Format
  readonly wrap: boolean
}

/** Writes an answer in the format that was asked for. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  { format, wrap }: Wanted,
): FastifyReply {
  if (answer === NOT_MODIFIED) return reply.code(304).header('cache-control', 'no-store').send()
  reply.header('content-type', CONTENT_TYPE[format.type]).header('cache-control', 'no-store')
  if (format.file !== undefined) reply.header('content-disposition', attachment(format.file))
  if (typeof answer === 'string') return sendText(request, reply, textOf(answer, format))
  if ('utf8' in answer) return sendBytes(request, reply, answer, format)
  if ('status' in answer) return sendText(request, reply.code(answer.status), textOf(answer.text, format))
  if ('bytes' in answer) {
    reply.header('content-disposition', attachment(answer.fileName))
    return reply.header('content-type', answer.contentType).send(answer.bytes)
  }
  if ('contentType' in answer)
    return sendText(request, reply.header('content-type', answer.contentType), answer.text)
  return sendRecords(request, reply, answer, { format, wrap })
}

const CONTENT_TYPE: Readonly<Record<Format['type'], string>> = {
  json: JSON_TYPE,
  csv: CSV_TYPE,
  xml: XML_TYPE,
}

function textOf(json: string, format: Format): string {
  switch (format.type) {
    case 'json':
      return json
    case 'csv':
      return csvOfJson(json, format)
    case 'xml':
      return xmlOfJson(json)
  }
}

/** Shorter texts are not worth it. In characters. */
const COMPRESSED_FROM = 2048

function sendText(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  return text.length < COMPRESSED_FROM ? reply.send(text) : sendCompressed(request, reply, text)
}

function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  { utf8 }: JsonBytes,
  format: Format,
): FastifyReply {
  if (format.type !== 'json') return sendText(request, reply, textOf(utf8.toString('utf8'), format))
  return utf8.length < COMPRESSED_FROM ? reply.send(utf8) : sendCompressed(request, reply, utf8)
}

function sendRecords(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: RecordStream,
  { format, wrap }: Wanted,
): FastifyReply {
  const { columns, parts, total } = answer
  if (total !== undefined) reply.header('x-total-count', total)
  const stream = textStream({ parts, ...listText({ columns, format, wrap, meta: metaOfStream(answer) }) })
  // Too late for another answer: the connection is cut, and the log line tells why.
  stream.on('error', (error) => {
    request.failure = toAppError(error)
  })
  if (request.method !== 'HEAD') return sendCompressed(request, reply, stream)
  stream.destroy()
  return reply.send()
}

/** As it is, or compressed where the client takes that. */
function sendCompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | Buffer | Readable,
): FastifyReply {
  const coding = codingOf(request.headers['accept-encoding'])
  const varies = reply.getHeader('vary')
  reply.header('vary', varies === undefined ? 'accept-encoding' : `${String(varies)}, accept-encoding`)
  if (request.method === 'HEAD') return reply.send(body)
  if (coding === undefined) return typeof body === 'string' ? sendWhole(reply, body) : reply.send(body)
  reply.header('content-encoding', coding)
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return reply.send(compressed(Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes, coding))
}
