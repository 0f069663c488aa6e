import { randomUUID } from 'node:crypto'
import type { Bindings, ChildLoggerOptions, DestinationStream, Logger } from 'pino'
import { destination as openDestination, pino } from 'pino'
import { redactEntries, redactText, redactValue } from './redact.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LogOptions {
  readonly level: LogLevel
  readonly destination: 'stdout' | 'stderr' | 'null'
  /** In place of the destination; for tests. */
  readonly stream?: DestinationStream
}

/**
 * The process's logger: one JSON object a line. Everything that is logged (objects, messages, bindings of children,
 * errors and their causes) is cleaned of secrets first.
 */
export function createLogger({ level, destination, stream }: LogOptions): Logger {
  const isMute = destination === 'null' && !stream
  const logger = pino(
    {
      level: isMute ? 'silent' : level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        err: (cleaned) => cleaned,
        req: describeRequest,
        request: describeRequest,
        res: describeResponse,
        response: describeResponse,
      },
      formatters: {
        level: (label) => ({ level: label }),
        bindings: redactObject,
        log: redactObject,
      },
      hooks: {
        logMethod(args, method) {
          Reflect.apply(method, this, cleanArguments(args))
        },
      },
    },
    stream ?? openDestination({ dest: destination === 'stdout' ? 1 : 2, sync: true }),
  )
  return withCleanChildren(logger)
}

/** Pino does not format the bindings of children; children of children inherit this. */
function withCleanChildren(logger: Logger): Logger {
  const { child } = logger
  return Object.assign(logger, {
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
      return Reflect.apply(child, this, [redactObject(bindings), options])
    },
  })
}

/** The caller's own request id when it is a plain short one, else a new one. */
export function requestId(incoming?: string | readonly string[]): string {
  return typeof incoming === 'string' && /^[\w.:-]{8,64}$/.test(incoming) ? incoming : randomUUID()
}

/** Requests and responses are left to their serializers: they are large, and hold the socket. */
const BY_SERIALIZER = new Set(['req', 'request', 'res', 'response'])

function redactObject(fields: object): Record<string, unknown> {
  const entries = Object.entries(fields)
  const left = entries.filter(([name]) => BY_SERIALIZER.has(name))
  return { ...redactEntries(entries.filter((entry) => !left.includes(entry))), ...Object.fromEntries(left) }
}

/** The first object goes through the formatters; texts and what they show are cleaned here. */
function cleanArguments(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args
  const cleaned = rest.map((arg) => redactValue(arg))
  if (typeof first === 'string') return [redactText(first), ...cleaned]
  // Without a message pino takes the error's own, as it is.
  const error = first instanceof Error ? first : errorIn(first)
  if (!error || rest.length > 0) return [first, ...cleaned]
  return [first instanceof Error ? { err: first } : first, redactText(error.message)]
}

function errorIn(fields: unknown): Error | undefined {
  const error = typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : undefined
  return error instanceof Error ? error : undefined
}

/** Method, address and client; never headers or the body. */
function describeRequest(request: unknown): unknown {
  const at = (name: string) =>
    typeof request === 'object' && request !== null ? Reflect.get(request, name) : undefined
  const url = at('url')
  return {
    id: at('id'),
    method: at('method'),
    url: typeof url === 'string' ? redactText(url) : undefined,
    address: at('ip') ?? at('remoteAddress'),
  }
}

function describeResponse(response: unknown): unknown {
  if (typeof response !== 'object' || response === null) return undefined
  return { statusCode: Reflect.get(response, 'statusCode') }
}
