import type { FastifyReply, FastifyRequest } from 'fastify'
import { toAppError } from '../core/errors.ts'
import { JSON_TYPE } from '../http/error-envelope.ts'
import type { RecordStream } from '../operations/database/stream-records.ts'
import type { Answer } from './answer.ts'
import { CSV_TYPE, csvHead, csvLines, csvOfJson } from './csv.ts'
import { attachment, type Format } from './format.ts'
import { textStream } from './text-stream.ts'

/** Writes an answer in the format that was asked for. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  format: Format,
): FastifyReply {
  reply
    .header('content-type', format.type === 'csv' ? CSV_TYPE : JSON_TYPE)
    .header('cache-control', 'no-store')
  if (format.file !== undefined) reply.header('content-disposition', attachment(format.file))
  if (typeof answer !== 'string' && 'status' in answer) {
    return sendText(reply.code(answer.status), answer.text, format)
  }
  if (typeof answer !== 'string' && 'contentType' in answer) {
    return reply.header('content-type', answer.contentType).send(answer.text)
  }
  if (typeof answer !== 'string') return sendRecords(request, reply, answer, format)
  return sendText(reply, answer, format)
}

function sendText(reply: FastifyReply, text: string, format: Format): FastifyReply {
  return reply.send(format.type === 'csv' ? csvOfJson(text, format) : text)
}

function sendRecords(
  request: FastifyRequest,
  reply: FastifyReply,
  { columns, parts, total }: RecordStream,
  format: Format,
): FastifyReply {
  if (total !== undefined) reply.header('x-total-count', total)
  const stream = textStream({
    head: csvHead(columns, format),
    parts,
    write: (rows) => csvLines(rows, columns, format),
  })
  // Too late for another answer: the connection is cut, and the log line tells why.
  stream.on('error', (error) => {
    request.failure = toAppError(error)
  })
  if (request.method !== 'HEAD') return reply.send(stream)
  stream.destroy()
  return reply.send()
}
