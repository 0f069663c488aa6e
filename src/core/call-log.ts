import type { Caller } from './caller.ts'
import type { AppError } from './errors.ts'
import type { Verb } from './policy.ts'

export type Door = 'rest' | 'mcp' | 'stdio'

/** One call as a door saw it: of what was asked, names alone; no values and nothing of the answer but its size. */
export interface CallNote {
  readonly door: Door
  /** Milliseconds since 1970, of the end. */
  readonly at: number
  readonly ms: number
  /** Absent: nobody who is known. */
  readonly caller?: Caller | undefined
  /** As it was asked for. */
  readonly service?: string | undefined
  /** Of a tool. */
  readonly operation?: string | undefined
  /** The path below the service, or the table that was named. */
  readonly resource?: string | undefined
  readonly verb?: Verb | undefined
  readonly error?: AppError | undefined
  readonly rows?: number | undefined
  readonly bytes?: number | undefined
  readonly tokens?: number | undefined
  readonly requestId?: string | undefined
}

/** Takes notes of calls: cheap, and never fails. */
export interface CallLog {
  note(call: CallNote): void
}

/** What a call is known to be while it runs; doors fill it in. At its end it is the note. */
export type OpenCall = { -readonly [K in keyof CallNote]: CallNote[K] }

/** With a place for everything that may become known: objects that grow take longer than the rest of taking a note. */
export function openCall(call: Omit<CallNote, 'at' | 'ms' | 'error' | 'requestId'>): OpenCall {
  return {
    door: call.door,
    at: 0,
    ms: 0,
    caller: call.caller,
    service: call.service,
    operation: call.operation,
    resource: call.resource,
    verb: call.verb,
    error: undefined,
    rows: call.rows,
    bytes: call.bytes,
    tokens: call.tokens,
    requestId: undefined,
  }
}

/** Rows that an operation gave or wrote, where its result says so. */
export function rowsIn(result: unknown): number | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  if ('returned' in result && typeof result.returned === 'number') return result.returned
  if ('affected' in result && typeof result.affected === 'number') return result.affected
  return 'rows' in result && Array.isArray(result.rows) ? result.rows.length : undefined
}
