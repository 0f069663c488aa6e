import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'

/** A value of a result as another type; what cannot be converted stays as it is, so that nothing is lost. */
export type Cast = (value: Json) => Json

/** Throws `bad_request` for a word that names no type. */
export function castTo(word: string): Cast {
  const cast = CASTS.get(word.trim().toLowerCase())
  if (cast) return (value) => (value === null ? null : cast(value))
  throw new AppError('bad_request', `'${word}' is no type that results can have.`, {
    hint: 'Use integer, decimal, float, boolean, string, date, time, datetime or json.',
  })
}

const CASTS: ReadonlyMap<string, Cast> = new Map([
  ...named(toInteger, 'int', 'integer', 'bigint', 'smallint', 'tinyint', 'id', 'reference'),
  ...named(toDecimal, 'decimal', 'numeric', 'number', 'money'),
  ...named(toFloat, 'float', 'double', 'real'),
  ...named(toBoolean, 'bool', 'boolean'),
  ...named(toText, 'string', 'text', 'varchar', 'char', 'uuid'),
  ...named((value) => partOf(value, /^\d{4,}-\d\d-\d\d/), 'date'),
  ...named((value) => partOf(value, /\d\d:\d\d(?::\d\d(?:\.\d+)?)?/), 'time'),
  ...named((value) => value, 'datetime', 'timestamp'),
  ...named(toJson, 'json', 'object', 'array'),
])

function named(cast: Cast, ...words: readonly string[]): (readonly [string, Cast])[] {
  return words.map((word) => [word, cast] as const)
}

/** Towards zero; beyond ±(2^53 − 1) as text with every digit. */
function toInteger(value: Json): Json {
  if (typeof value === 'boolean') return Number(value)
  const text = typeof value === 'number' ? plainText(value) : value
  const digits = typeof text === 'string' ? /^\s*([+-]?\d{1,400})(?:\.\d*)?\s*$/.exec(text)?.[1] : undefined
  if (digits === undefined) return value
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number + 0 : BigInt(digits.replace('+', '')).toString()
}

/** Without an exponent, as far as the number is a whole one. */
function plainText(value: number): string {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)).toString() : ''
}

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i

/** Beyond the digits of a double it stays text. */
function toDecimal(value: Json): Json {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string' || !NUMBER.test(value)) return value
  const digits = value.replace(/e.*$/i, '').replaceAll(/\D/g, '').replace(/^0+/, '')
  return digits.length <= 15 ? Number(value) : value
}

function toFloat(value: Json): Json {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : value
}

const TRUE = /^(?:true|t|yes|y|on|1)$/i
const FALSE = /^(?:false|f|no|n|off|0|)$/i

function toBoolean(value: Json): Json {
  if (typeof value === 'number') return value !== 0
  if (typeof value !== 'string') return value
  const word = value.trim()
  return TRUE.test(word) ? true : FALSE.test(word) ? false : value
}

function toText(value: Json): Json {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function partOf(value: Json, part: RegExp): Json {
  return typeof value === 'string' ? (part.exec(value)?.[0] ?? value) : value
}

function toJson(value: Json): Json {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch (error) {
    if (error instanceof SyntaxError) return value
    throw error
  }
}
