import type { Filter } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import type { Json, Row, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { RecordId } from './inputs.ts'
import { valueFor } from './values.ts'

/** The identifying values of one record, in the order of the identifying fields. Never null. */
export type Key = readonly Exclude<Value, null>[]

/**
 * An id as clients write it: a scalar, an object of the key fields, or for composite keys `1,vip` in one text.
 * Throws `bad_request` for a wrong type or number of values.
 */
export function keyOf(table: Table, fields: readonly string[], id: RecordId): Key {
  if (typeof id === 'object') requireKeyOnly(fields, id)
  const parts = typeof id === 'object' ? fields.map((field) => entry(id, field)) : splitId(fields, id)
  return keyOfParts(table, fields, parts)
}

/** Another field would look like a condition, and be none. */
function requireKeyOnly(fields: readonly string[], id: object): void {
  const known = new Set(fields.map((field) => field.toLowerCase()))
  const other = Object.keys(id).find((name) => !known.has(name.toLowerCase()))
  if (other === undefined) return
  throw new AppError('bad_request', `'${other.slice(0, 200)}' is no part of the key.`, {
    hint: `An id has ${fields.join(', ')} alone. For conditions use a filter.`,
  })
}

/** The id of a record, without its other fields. */
export function idInRecord(fields: readonly string[], record: RecordId): RecordId {
  if (typeof record !== 'object') return record
  const known = new Set(fields.map((field) => field.toLowerCase()))
  return Object.fromEntries(Object.entries(record).filter(([name]) => known.has(name.toLowerCase())))
}

/** The key inside the record at `index` of a request. Throws `bad_request` when a key field is missing. */
export function requireKeyInRecord(
  table: Table,
  fields: readonly string[],
  record: Readonly<Record<string, Json>>,
  index: number,
): Key {
  const parts = fields.map((field) => entry(record, field))
  if (parts.some((part) => part === undefined || part === null || typeof part === 'object'))
    throw new AppError(
      'bad_request',
      `Required id field(s) not found in record ${index}: ${fields.join(', ')}`,
    )
  return keyOfParts(table, fields, parts)
}

/** From the values of the fields, in their order. Throws as `keyOf`. */
export function keyOfParts(
  table: Table,
  fields: readonly string[],
  parts: readonly (Json | undefined)[],
): Key {
  return fields.map((name, index) => {
    const value = valueFor(fieldOf(table, name), parts[index] ?? null)
    if (value === null) throw new AppError('bad_request', `Required id field(s) not found: ${name}.`)
    return value
  })
}

export function whereKey(fields: readonly string[], key: Key): Filter {
  const all = fields.map((field, index): Filter => ({ op: '=', field, value: key[index] ?? '' }))
  return all.length === 1 && all[0] ? all[0] : { op: 'and', all }
}

export function whereKeys(fields: readonly string[], keys: readonly Key[]): Filter {
  const [field] = fields
  if (fields.length === 1 && field !== undefined)
    return { op: 'in', field, values: keys.map(([value = '']) => value) }
  return { op: 'or', all: keys.map((key) => whereKey(fields, key)) }
}

/** Equal for a key and for the row it identifies, whatever their number or text form. */
export function keyText(parts: readonly (Value | Json | undefined)[]): string {
  return parts
    .map((part) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('base64') : String(plainOf(part)),
    )
    .join('\u0000')
}

/** A key of a JSON field is that of the row that has its value. */
function plainOf(part: Value | Json | undefined): unknown {
  return typeof part === 'object' && part !== null && 'json' in part && typeof part.json !== 'object'
    ? part.json
    : part
}

export function rowKeyText(fields: readonly string[], row: Row): string {
  return keyText(fields.map((field) => row[field]))
}

function splitId(fields: readonly string[], id: string | number): readonly (string | number)[] {
  if (fields.length === 1) return [id]
  const parts = partsOf(String(id))
  if (parts.length === fields.length) return parts
  throw new AppError(
    'bad_request',
    `The key of this table has ${fields.length} fields: ${fields.join(', ')}.`,
    {
      hint: `Give all of them in this order, separated by a comma; a value with a comma in it in double quotes.`,
    },
  )
}

/** `1,vip`, or `"a, b",vip` with quotes doubled inside. */
function partsOf(id: string): readonly string[] {
  if (!id.includes('"')) return id.split(',')
  return Array.from(`${id},`.matchAll(/("(?:[^"]|"")*"|[^,]*),/g), ([, part = '']) =>
    QUOTED.test(part) ? part.slice(1, -1).replaceAll('""', '"') : part,
  )
}

const QUOTED = /^"(?:[^"]|"")*"$/

/** A key of an object in any case of its letters; the exact spelling goes first. */
export function entry<T>(object: Readonly<Record<string, T>>, field: string): T | undefined {
  if (Object.hasOwn(object, field)) return object[field]
  const wanted = field.toLowerCase()
  const key = Object.keys(object).find((name) => name.toLowerCase() === wanted)
  return key === undefined ? undefined : object[key]
}

function fieldOf(table: Table, name: string): Field {
  const field = findByName(table.fieldByName, name)
  if (!field) throw new AppError('internal', 'A key names a field that the table does not have.')
  return field
}
