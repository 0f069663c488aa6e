import type { Json, Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { arrayLiteral } from './array-literal.ts'
import { typeName } from './type-name.ts'

/** What is sent for a placeholder: the text form of its type, or the bytes of a bytea. */
export type Parameter = string | Buffer | null

/** A value in the text form of its column's type, as PostgreSQL itself reads it. */
export function bindValue(value: Value, kind: ColumnKind, use: 'store' | 'compare'): Parameter {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'string':
      return bindText(value, kind, use)
    default:
      if (value === null) return null
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      return bindJson(value.json, kind)
  }
}

function bindText(value: string, kind: ColumnKind, use: 'store' | 'compare'): string {
  if (kind.type === 'timestamp') return hasNoOffset(value) ? value : withoutOffset(value, kind)
  if (use === 'store' && value.includes('\u0000')) throw new AppError('bad_request', NUL_REFUSED)
  return value
}

/** PostgreSQL's text holds every character but this one. */
export const NUL_REFUSED = 'Text must not hold the character U+0000.'

function bindJson(json: Json, { dbType }: ColumnKind): string {
  const { base, isArray } = typeName(dbType)
  if (!isArray) return toJsonText(json)
  // The text of an array in PostgreSQL's own form.
  if (typeof json === 'string') return json
  return Array.isArray(json) ? arrayLiteral(json, base) : JSON.stringify(json)
}

/** `2024-02-29 12:30:45`: an offset in as many characters would begin where the second colon is. */
function hasNoOffset(value: string): boolean {
  return value.length === 19 && value[16] === ':'
}

const WITH_OFFSET = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?\s*([+-])(\d{2}):?(\d{2})?$/

/** A type without zone would drop the offset and keep the clock time, which is another moment: it gets the moment in UTC. */
function withoutOffset(value: string, { dbType }: ColumnKind): string {
  const [, day, minutes, seconds = ':00', fraction = '', sign, hours, rest = '0'] =
    WITH_OFFSET.exec(value) ?? []
  if (day === undefined || typeName(dbType).base !== 'timestamp without time zone') return value
  const offsetMs = (Number(hours) * 60 + Number(rest)) * 60_000 * (sign === '-' ? -1 : 1)
  const moment = new Date(Date.parse(`${day}T${minutes}${seconds}Z`) - offsetMs)
  return Number.isNaN(moment.valueOf()) ? value : `${moment.toISOString().slice(0, 19)}${fraction}`
}
