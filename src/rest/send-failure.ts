import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorText, errorEnvelope, sendError } from '../http/error-envelope.ts'
import { formatOf } from './format.ts'
import type { Query } from './query.ts'
import { XML_TYPE, xmlOfJson } from './xml.ts'

const AS_XML: ErrorText = { contentType: XML_TYPE, write: (error) => xmlOfJson(errorEnvelope(error)) }

/** An error as XML where answers are asked for in XML, else as JSON: nobody looks for one in a table. */
export function sendFailure(
  request: FastifyRequest<{ Querystring: Query }>,
  reply: FastifyReply,
  error: unknown,
): FastifyReply {
  return wantsXml(request) ? sendError(request, reply, error, AS_XML) : sendError(request, reply, error)
}

function wantsXml({ query, headers, raw }: FastifyRequest<{ Querystring: Query }>): boolean {
  try {
    return formatOf({ query, headers, url: raw.url ?? '/' }).type === 'xml'
  } catch {
    return false
  }
}
