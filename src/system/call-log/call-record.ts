import type { CallNote } from '../../core/call-log.ts'
import { AppError, ERROR_STATUS, type ErrorCode } from '../../core/errors.ts'
import { dateTime } from '../records.ts'

/** What is known of services and rules when a note is written down. */
export interface CallWords {
  /** By its own name; undefined: there is none, and what was asked for may be anything. */
  serviceNamed(name: string): string | undefined
  /** The rules that decided against a caller in this role, in one line. */
  ruleOf(roleId: number, service: string, resource: string, verb: CallNote['verb']): string | undefined
  /** UTC, of milliseconds since 1970. */
  dateOf(at: number): string
}

const REFUSED: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'forbidden', 'too_many_requests'])
/** What a 32-bit column holds. */
const MOST = 2_147_483_647

export type KeptCall = Readonly<Record<string, string | number | null>>

/** A note as it is kept. */
export function callRecord(note: CallNote, words: CallWords): KeptCall {
  const { caller, error, verb } = note
  const service = note.service === undefined ? undefined : words.serviceNamed(note.service)
  const resource = service === undefined ? undefined : componentOf(note.resource, service)
  const reason = reasonOf(error?.context)
  const isRuled = error?.code === 'forbidden' && caller?.roleId !== undefined && service !== undefined
  const rule = isRuled ? words.ruleOf(caller.roleId, service, resource ?? '', verb) : undefined
  return {
    created_date: words.dateOf(note.at),
    door: note.door,
    caller: cut(caller?.label ?? 'unknown', 255),
    acted_by: orNull(caller?.actedBy, 64),
    app_id: caller?.appId ?? null,
    user_id: caller?.userId ?? null,
    role: orNull(caller?.roleName, 64),
    service: orNull(service, 64),
    operation: orNull(note.operation, 100),
    resource: orNull(resource, 255),
    verb: verb ?? null,
    outcome: !error ? 'ok' : REFUSED.has(error.code) ? 'refused' : 'failed',
    status: error ? ERROR_STATUS[error.code] : 200,
    code: error?.code ?? null,
    reason: orNull(reason, 64),
    rule: orNull(rule, 255),
    duration_us: Math.min(MOST, Math.max(0, Math.round(note.ms * 1000))),
    row_count: wholeOrNull(note.rows),
    byte_count: wholeOrNull(note.bytes),
    token_count: wholeOrNull(note.tokens),
    request_id: orNull(note.requestId, 64),
  }
}

/** Columns that these notes have one value in, part by part: a statement is prepared for every set of them. */
export function sameIn(notes: readonly CallNote[]): readonly string[] {
  const [first] = notes
  if (!first) return []
  const { door, caller, service, operation, resource, verb } = first
  const isAsked = (note: CallNote) =>
    note.service === service &&
    note.operation === operation &&
    note.resource === resource &&
    note.verb === verb
  return [
    ...(notes.every((note) => note.caller === caller && note.door === door) ? OF_CALLER : []),
    ...(notes.every(isAsked) ? OF_REQUEST : []),
    ...(notes.every((note) => note.error === undefined) ? OF_END : []),
  ]
}

const OF_CALLER = ['door', 'caller', 'acted_by', 'app_id', 'user_id', 'role']
const OF_REQUEST = ['service', 'operation', 'resource', 'verb']
const OF_END = ['outcome', 'status', 'code', 'reason', 'rule']

/** Dates of calls, of which many are of one second. */
export function secondWriter(): CallWords['dateOf'] {
  let second = 0
  let text = ''
  return (at) => {
    const now = Math.floor(at / 1000)
    if (now !== second) text = dateTime(new Date(at))
    second = now
    return text
  }
}

/** Of calls that nobody wrote down, how many they were. */
export function droppedRecord(count: number, at: number): KeptCall {
  const row = callRecord(
    { door: 'rest', at, ms: 0 },
    { serviceNamed: () => undefined, ruleOf: () => undefined, dateOf: secondWriter() },
  )
  return { ...row, caller: 'server', outcome: 'dropped', status: 0, row_count: wholeOrNull(count) }
}

/** What is wrong is in a row, and will be the next time and by any other way. */
export function isOfRows(error: unknown): boolean {
  return error instanceof AppError && error.code === 'bad_request'
}

/** Of a path what roles can name of it: `_table/orders` of `_table/orders/5`, whose number is a value. */
function componentOf(path = '', service: string): string {
  const most = service === 'system' || service === 'user' ? 1 : 2
  if (most === 2 && PLAIN_PATH.test(path)) return path
  const parts = path.replaceAll(/\(.*$/gs, '').split('/').filter(Boolean)
  return parts.slice(0, most).join('/')
}

/** Of which nothing has to be left out. */
const PLAIN_PATH = /^_table\/[\w-]+$/

function reasonOf(context: unknown): string | undefined {
  if (context === undefined) return undefined
  const { reason } = Object(context)
  return typeof reason === 'string' && /^[a-z_]+$/.test(reason) ? reason : undefined
}

function wholeOrNull(value: number | undefined): number | null {
  return value === undefined ? null : Math.min(MOST, Math.round(value))
}

function orNull(text: string | undefined, most: number): string | null {
  return text === undefined || text === '' ? null : cut(text, most)
}

function cut(text: string, most: number): string {
  const short = text.length > most ? text.slice(0, most) : text
  return UNPRINTABLE.test(short) ? short.replaceAll(UNPRINTABLE_EACH, '\ufffd') : short
}

/** Characters that engines refuse or screens obey, and halves of some: names come from whoever calls. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u
const UNPRINTABLE_EACH = /[\p{Cc}\p{Cs}]/gu
