import { ObjectId } from 'mongodb'
import { type Field, type Table, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { findByName } from '../../../src/core/names.ts'
import { storedValue } from './bind-value.ts'
import { leftOutAsNull } from './indexes.ts'
import { momentOf } from './moment.ts'
import { columnOf } from './scope.ts'
import { isId, type StoredDocument } from './stored-document.ts'

type OpenDocument = { [key: string]: unknown }

type Values = { readonly [field: string]: Value }

/** The values by paths, in the order in which they were given; null for what the document is to be without. */
export function storedValues(table: Table, given: Values): ReadonlyMap<string, unknown> {
  const leftOut = leftOutAsNull(table)
  const stored = new Map<string, unknown>()
  for (const [name, value] of Object.entries(given)) {
    const field = findByName(table.fieldByName, name)
    requireFits(table, field, value)
    const path = field ? columnOf(field) : name
    if (value === null && leftOut.has(path)) stored.set(path, undefined)
    else stored.set(path, storedValue(table, name, value))
  }
  requireApart([...stored.keys()])
  return stored
}

/** A document for an insert: its values, what they default to, and an `_id`. Numbers that count by themselves are left open. */
export function newDocument(table: Table, given: Values): StoredDocument {
  const stored = new Map(storedValues(table, withoutOpenNumbers(table, given)))
  for (const field of table.fields) {
    const path = columnOf(field)
    if (field.isVirtual || field.isNested || stored.has(path)) continue
    if (field.default !== undefined) setDefault(table, field, stored)
    else if (!field.allowNull && !field.autoIncrement && !hasInside(path, stored)) throw isNull(table, field)
  }
  const id = stored.get('_id')
  const document: StoredDocument = { _id: isId(id) ? id : new ObjectId() }
  for (const [path, value] of stored) {
    if (path !== '_id' && value !== undefined) setAt(document, path, value)
  }
  return document
}

/** What the database counts: null means the next number. */
function withoutOpenNumbers({ fields }: Table, given: Values): Values {
  const open = fields.filter(({ autoIncrement }) => autoIncrement).map(({ name }) => name)
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== null || !open.includes(name)),
  )
}

function setDefault(table: Table, field: Field, stored: Map<string, unknown>): void {
  const value = field.default
  if (value === undefined || value === null) return
  const path = columnOf(field)
  const isExpression = typeof value === 'object' && !Array.isArray(value) && 'expression' in value
  if (isExpression) {
    const made = madeNow(String(value.expression))
    if (made !== undefined) stored.set(path, storedValue(table, field.name, made))
  } else if (valueClassOf(field.type) === 'json')
    stored.set(path, storedValue(table, field.name, { json: value }))
  else if (typeof value !== 'object') stored.set(path, storedValue(table, field.name, value))
}

/** In UTC, to the second. */
function madeNow(expression: string): string | undefined {
  const now = new Date().toISOString()
  if (expression === 'CURRENT_TIMESTAMP') return now.slice(0, 19)
  if (expression === 'CURRENT_DATE') return now.slice(0, 10)
  return expression === 'CURRENT_TIME' ? now.slice(11, 19) : undefined
}

function hasInside(path: string, stored: ReadonlyMap<string, unknown>): boolean {
  return [...stored.keys()].some((other) => other.startsWith(`${path}.`))
}

function requireFits(table: Table, field: Field | undefined, value: Value): void {
  if (!field) return
  if (value === null && !field.allowNull && !field.autoIncrement) throw isNull(table, field)
  const isLong = typeof value === 'string' && field.length !== undefined && [...value].length > field.length
  if (isLong && field.dbType === 'string')
    throw new AppError(
      'bad_request',
      `The value of field '${field.name}' is longer than ${field.length} characters.`,
      {
        context: { table: table.name, field: field.name },
      },
    )
  if (typeof value === 'string' && valueClassOf(field.type) === 'timestamp' && momentOf(value) === undefined)
    throw new AppError('bad_request', `Field '${field.name}' holds milliseconds at most.`, {
      context: { table: table.name, field: field.name },
    })
}

function isNull(table: Table, { name }: Field): AppError {
  return new AppError('bad_request', `Field '${name}' must not be null.`, {
    context: { table: table.name, field: name },
  })
}

/** A document and a field inside of it at once would leave open which one is meant. */
function requireApart(paths: readonly string[]): void {
  for (const path of paths) {
    const inside = paths.find((other) => other.startsWith(`${path}.`))
    if (inside !== undefined)
      throw new AppError('bad_request', `Field '${inside}' is inside of '${path}': give one of them.`, {
        context: { field: inside },
      })
  }
}

/** Sets a value inside of documents, which are made where there are none. */
export function setAt(document: OpenDocument, path: string, value: unknown): void {
  const dot = path.indexOf('.')
  if (dot < 0) {
    Object.defineProperty(document, path, { value, enumerable: true, writable: true, configurable: true })
    return
  }
  const key = path.slice(0, dot)
  const inner: unknown = Object.hasOwn(document, key) ? document[key] : undefined
  const next: OpenDocument = isDocument(inner) ? inner : {}
  if (next !== inner) setAt(document, key, next)
  setAt(next, path.slice(dot + 1), value)
}

/** The value at a path; undefined when there is none. Of documents in a list: the list of theirs, without lists in it. */
export function valueAt(from: unknown, path: string): unknown {
  const dot = path.indexOf('.')
  const key = dot < 0 ? path : path.slice(0, dot)
  if (Array.isArray(from)) {
    const documents = from.filter((item) => !Array.isArray(item))
    return documents.map((item) => valueAt(item, path)).filter((value) => value !== undefined)
  }
  if (!isDocument(from) || !Object.hasOwn(from, key)) return undefined
  return dot < 0 ? from[key] : valueAt(from[key], path.slice(dot + 1))
}

function isDocument(value: unknown): value is OpenDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value)
}
