import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallNote, OpenCall } from '../core/call-log.ts'
import { AppError } from '../core/errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, for the log: set by a door once it knows. */
    callerLabel: string
    /** The error this request was answered with; its cause is for the log alone. */
    failure: AppError | null
    /** What is to be noted of this request as a call; null: it is none. */
    call: OpenCall | null
  }
}

/** What is logged of one request, once, when it is over. */
export interface RequestLine {
  readonly requestId: string
  readonly method: string
  /** Without the query: it may hold keys and personal data. */
  readonly path: string
  /** 499 when the client went away before the answer. */
  readonly status: number
  readonly ms: number
  readonly caller: string
  /** The error answered with. `error.cause` is what to look at when the status is 500 or more. */
  readonly error?: AppError
}

/** A request, whoever answers it. */
export type Arrived = Pick<
  FastifyRequest,
  'raw' | 'id' | 'method' | 'headers' | 'callerLabel' | 'failure' | 'call'
>

export type LogRequest = (line: RequestLine) => void

const CLIENT_CLOSED_REQUEST = 499
const CLIENT_LEFT = new AppError('timeout', 'The client left before the answer.')
const LONGEST_PATH = 500

export function decorateRequestLine(app: FastifyInstance): void {
  app.decorateRequest('callerLabel', 'anonymous')
  app.decorateRequest('failure', null)
  app.decorateRequest('call', null)
}

export function requestLine(request: Arrived, response: ServerResponse, startedMs: number): RequestLine {
  return {
    requestId: request.id,
    method: request.method,
    path: pathOf(request.raw.url ?? '/').slice(0, LONGEST_PATH),
    status: response.writableEnded ? response.statusCode : CLIENT_CLOSED_REQUEST,
    ms: Math.round((performance.now() - startedMs) * 100) / 100,
    caller: request.callerLabel,
    ...(request.failure && { error: request.failure }),
  }
}

/** The call that the request was, now that it is over: one whose client left did not go well. */
export function callNote(
  { id, failure }: Arrived,
  call: OpenCall,
  { response, startedMs }: { readonly response: ServerResponse; readonly startedMs: number },
): CallNote {
  call.ms = performance.now() - startedMs
  call.at = Date.now()
  call.error = failure ?? (response.writableEnded ? undefined : CLIENT_LEFT)
  call.requestId = id
  return call
}

export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}
