import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CallLog } from '../core/call-log.ts'
import type { AppError } from '../core/errors.ts'
import { requestId } from '../observe/log.ts'
import { type Phase, startingRefusal } from './health.ts'
import type { HostGuard } from './host-guard.ts'
import { createInFlight } from './in-flight.ts'
import { type Arrived, callNote, type LogRequest, pathOf, requestLine } from './request-line.ts'
import { abortIfUnanswered } from './request-signal.ts'

interface EveryRequestOptions {
  readonly guard: HostGuard
  readonly headers: Readonly<Record<string, string>>
  readonly phase: () => Phase
  readonly log: LogRequest
  readonly logsSuccess: () => boolean
  readonly calls: CallLog | undefined
  readonly trustsProxies: boolean
}

/** What holds for all requests, whoever answers them. */
export interface EveryRequest {
  /** Of each answer, beside the request's id. */
  readonly headers: Readonly<Record<string, string>>
  readonly phase: () => Phase
  /** Then the address of the connection is not that of the client. */
  readonly trustsProxies: boolean
  /** What the client calls it, or a new one. */
  idOf(raw: IncomingMessage): string
  /** Why it is not let in: its host, its origin, or that the server is starting. */
  refusal(raw: IncomingMessage): AppError | undefined
  /** Notes and logs the request when it is over, and aborts its signal when its client goes away; until what is returned is called. */
  follow(request: Arrived, response: ServerResponse): () => void
  /** Answers tell from now on that their connection ends. */
  stop(): void
  /** Whether no answer is owed to anybody. */
  isIdle(): boolean
}

export function createEveryRequest(options: EveryRequestOptions): EveryRequest {
  const { guard, headers, phase, log, logsSuccess, calls, trustsProxies } = options
  const inFlight = createInFlight()
  return {
    headers,
    phase,
    trustsProxies,
    idOf: ({ headers }) => requestId(headers['x-request-id']),
    refusal({ headers: { host, origin }, socket, url = '/' }) {
      const refusal = guard.refusal({ host, origin, localAddress: socket.localAddress })
      return refusal ?? startingRefusal(phase(), pathOf(url))
    },
    follow(request, response) {
      const startedMs = performance.now()
      const over = () => {
        forget()
        abortIfUnanswered(request, response)
        if (request.call) calls?.note(callNote(request, request.call, { response, startedMs }))
        if (!wentWell(request, response) || logsSuccess()) log(requestLine(request, response, startedMs))
      }
      const place = inFlight.add(response)
      const stopFollowing = whenOver(request.raw, response, over)
      const forget = () => {
        inFlight.delete(response, place)
        stopFollowing()
      }
      return forget
    },
    stop: inFlight.stop,
    isIdle: inFlight.isEmpty,
  }
}

/** A response that waits behind another of its connection is not told when that closes. Returns what takes it back. */
function whenOver({ socket }: IncomingMessage, response: ServerResponse, over: () => void): () => void {
  response.on('close', over)
  if (response.socket !== null) return () => response.off('close', over)
  setMaxListeners(0, socket)
  socket.on('close', over)
  return () => {
    response.off('close', over)
    socket.off('close', over)
  }
}

function wentWell({ failure }: Arrived, { writableEnded, statusCode }: ServerResponse): boolean {
  return failure === null && writableEnded && statusCode < 400
}
