import { type Field, type SimpleType, type ValueClass, valueClassOf } from '../../core/database/schema.ts'
import type { Json, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterValue } from '../../core/filter.ts'

type Bound = Exclude<Value, null>

/** A JSON value from a record as a value of the field's type. Throws `bad_request` naming the field and the type. */
export function valueFor(field: Field, json: Json): Value {
  const typed = valueOfType(field.type, json)
  const value = typed === undefined ? takenBy(field, json) : typed
  if (value === undefined) throw wrongType(field)
  if (typeof value === 'string') requireListed(field, value)
  return value
}

/** Text that is a value of the type although it does not look it. */
export function takenBy({ alsoTakes }: Pick<Field, 'alsoTakes'>, json: Json): string | undefined {
  const text = typeof json === 'string' || typeof json === 'number' ? String(json).trim() : undefined
  return text !== undefined && alsoTakes?.test(text) ? text : undefined
}

/** Enums are closed; sets hold several of their values. How case counts is left to the database. */
function requireListed(field: Field, value: string): void {
  if (field.values === undefined) return
  const { name } = field
  const wanted = value.toLowerCase()
  const values = onlyValuesOf(field)
  if (!values || values.some((known) => known.toLowerCase() === wanted)) return
  const told = [...values.slice(0, MOST_TOLD), ...(values.length > MOST_TOLD ? ['…'] : [])].join(', ')
  throw new AppError('bad_request', `Field '${name}' must be one of ${told}.`, {
    context: { field: name, values: values.slice(0, MOST_TOLD) },
  })
}

/** The values of which a field holds one; undefined when it may hold others, or several of them. */
export function onlyValuesOf({ dbType, values }: Pick<Field, 'dbType' | 'values'>): Field['values'] {
  return SET.test(dbType) ? undefined : values
}

const SET = /^set\b/i
const MOST_TOLD = 20

/** A JSON value as a value of a type; undefined when it is none of it. */
export function valueOfType(type: SimpleType, json: Json): Value | undefined {
  if (json === null) return null
  const kind = valueClassOf(type)
  if (kind === 'json') return { json }
  return typeof json === 'object' ? undefined : CONVERT[kind](json)
}

/** A literal of a filter as a value of the field's type; null for the word `null`. */
export function filterValueFor(field: Field, literal: FilterValue): Value {
  if (literal.kind === 'param' || literal.kind === 'lookup') {
    throw new AppError('internal', 'A filter reached the planner with an unbound value.')
  }
  if (literal.kind === 'null') return null
  const kind = valueClassOf(field.type)
  if (kind === 'json') return String(literal.value)
  const value = CONVERT[kind](literal.value) ?? takenBy(field, literal.value)
  if (value === undefined) throw wrongType(field)
  return value
}

/** Each answers undefined for what is not of its class. */
const CONVERT: Record<
  Exclude<ValueClass, 'json'>,
  (given: string | number | boolean) => Bound | undefined
> = {
  integer: toInteger,
  boolean: toBoolean,
  decimal: toDecimal,
  float: toFloat,
  text: (given) => String(given),
  binary: toBytes,
  date: (given) => matching(given, DATE),
  time: (given) => matching(given, TIME),
  timestamp: (given) =>
    typeof given === 'string' && isPlainMoment(given) ? given : matching(given, TIMESTAMP),
}

const DATE = /^\d{4}-\d{2}(-\d{2}([T ].*)?)?$/
const TIME = /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?$/i
const TIMESTAMP = /^\d{4}-\d{2}(-\d{2}([T ]\d{1,2}(:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?)?$/i

function toInteger(given: string | number | boolean): Bound | undefined {
  if (typeof given === 'number') return Number.isSafeInteger(given) ? given : undefined
  const text = String(given).trim()
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text.replace('+', ''))
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'on', 'yes', 'y', 't'].map((word) => [word, true] as const),
  ...['false', '0', 'off', 'no', 'n', 'f'].map((word) => [word, false] as const),
])

function toBoolean(given: string | number | boolean): boolean | undefined {
  return typeof given === 'boolean' ? given : BOOLEANS.get(String(given).trim().toLowerCase())
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** A decimal that a double would change stays text, with every digit. */
function toDecimal(given: string | number | boolean): Bound | undefined {
  if (typeof given === 'number') return Number.isFinite(given) ? given : undefined
  const text = String(given).trim()
  if (!NUMBER.test(text)) return undefined
  const digits = text.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '')
  const number = Number(text)
  return digits.length <= 15 && isInside(number, digits) ? number : text
}

function toFloat(given: string | number | boolean): number | undefined {
  const text = String(given).trim()
  const number = typeof given === 'boolean' || !NUMBER.test(text) ? undefined : Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** Of what a double keeps with 15 digits: neither beyond its end nor so near to nothing that digits are lost. */
function isInside(number: number, digits: string): boolean {
  const size = Math.abs(number)
  return digits === '' || (size < Number.MAX_VALUE && size > SMALLEST_EXACT)
}

const SMALLEST_EXACT = 2.3e-308

/** RFC 4648 base64, with or without padding. */
function toBytes(given: string | number | boolean): Uint8Array | undefined {
  const text = typeof given === 'string' ? given.replaceAll(/\s/g, '') : undefined
  if (
    text === undefined ||
    !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ||
    text.replace(/=+$/, '').length % 4 === 1
  )
    return undefined
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

function matching(given: string | number | boolean, pattern: RegExp): string | undefined {
  const text = String(given).trim()
  return pattern.test(text) && (USUAL_DATE.test(text) || isCalendarDate(text)) ? text : undefined
}

/** `2024-02-29 12:30:45`, which nearly all moments look like. */
function isPlainMoment(text: string): boolean {
  if (text.length !== PLAIN_MOMENT.length || text[0] === '0') return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isDigit = code >= ZERO && code <= NINE
    if (PLAIN_MOMENT[at] === '0' ? !isDigit : text[at] !== PLAIN_MOMENT[at]) return false
  }
  const [year, month, day] = [numberAt(text, 0, 4), numberAt(text, 5, 7), numberAt(text, 8, 10)]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

const PLAIN_MOMENT = '0000-00-00 00:00:00'
const ZERO = 0x30
const NINE = 0x39

function numberAt(digits: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) number = number * 10 + digits.charCodeAt(at) - ZERO
  return number
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** A day that every month has. */
const USUAL_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])/

/** 2024-02-30 has the form of a date and is none. Texts without a full date pass. */
function isCalendarDate(text: string): boolean {
  const [, year, month, day = '01'] = /^(\d{4})-(\d{2})(?:-(\d{2}))?/.exec(text) ?? []
  if (year === undefined || month === undefined) return true
  const isMonth = Number(month) >= 1 && Number(month) <= 12
  if (Number(day) <= SHORTEST_MONTH) return isMonth && Number(day) >= 1
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return isMonth && Number(day) <= lastDay
}

/** Days that every month has. */
const SHORTEST_MONTH = 28

const SAID: Record<ValueClass, string> = {
  integer: 'a valid integer',
  boolean: 'a valid boolean (true or false)',
  decimal: 'a valid number',
  float: 'a valid number',
  text: 'text',
  binary: 'base64 text',
  date: 'a valid date (YYYY-MM-DD)',
  time: 'a valid time (HH:MM:SS)',
  timestamp: 'a valid date and time (YYYY-MM-DD HH:MM:SS)',
  json: 'valid JSON',
}

/** `a valid integer`: what a value of the type must be. */
export function saidOf(type: SimpleType): string {
  return SAID[valueClassOf(type)]
}

function wrongType(field: Field): AppError {
  return new AppError('bad_request', `Field '${field.name}' must be ${saidOf(field.type)}.`, {
    context: { field: field.name, type: field.type },
  })
}
