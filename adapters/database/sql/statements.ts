import type { DeleteQuery, InsertQuery, SelectQuery, UpdateQuery } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Compiled, compile } from './compile.ts'
import type { Statement } from './connection.ts'
import type { SqlDialect } from './dialect.ts'
import type { KeyedBy, Shape } from './shape.ts'
import { createShapeKey } from './shape-key.ts'
import { type Filled, shapeOfDelete, shapeOfInsert, shapeOfSelect, shapeOfUpdate } from './shape-of.ts'
import { isTextWorthKeeping } from './worth-keeping.ts'

/** Queries → statements ready to run. Compiling costs 50 to 100 µs, so texts are kept by the query's shape. */
export interface Statements<P> {
  select(query: SelectQuery, keyedBy?: KeyedBy): Statement<P>
  /** `fields` are the keys of each of the rows. */
  insert(query: InsertQuery, fields: readonly string[]): Statement<P>
  update(query: UpdateQuery, asInserted?: boolean): Statement<P>
  delete(query: DeleteQuery): Statement<P>
}

/** In characters; the shape of a short text can be long. */
const LONGEST_SHAPE = 32_768
/** Of all texts and their keys together, in characters. */
const MOST_CHARACTERS = 4_000_000

export function createStatements<P>(dialect: SqlDialect<P>, most = 1000): Statements<P> {
  const texts = new Map<string, Compiled>()
  const keyOf = createShapeKey()
  const numbers = new WeakMap<Table, number>()
  let tables = 0
  let characters = 0

  /** A table read again from the catalogue is another object: its texts are never mixed with those of its past. */
  function numberOf(table: Table): number {
    const known = numbers.get(table)
    if (known !== undefined) return known
    numbers.set(table, ++tables)
    return tables
  }

  /** Least recently used goes first: a Map keeps the order of insertion. With much room left nobody goes, and none is moved. */
  function textOf({ shape, values }: Filled<P, Shape>, table: Table): Compiled {
    const key = `${numberOf(table)} ${shape.verb} ${keyOf(shape)}`
    const found = texts.get(key)
    if (found) {
      if (texts.size * 2 > most || characters * 2 > MOST_CHARACTERS) {
        texts.delete(key)
        texts.set(key, found)
      }
      return found
    }
    const compiled = compile(shape, table, dialect)
    if (key.length <= LONGEST_SHAPE && isTextWorthKeeping({ text: compiled.text, parameters: values }))
      keep(key, compiled)
    return compiled
  }

  function keep(key: string, compiled: Compiled): void {
    texts.set(key, compiled)
    characters += sizeOf(key, compiled)
    for (const [oldest, text] of texts) {
      if (texts.size <= most && characters <= MOST_CHARACTERS) return
      texts.delete(oldest)
      characters -= sizeOf(oldest, text)
    }
  }

  function statement(filled: Filled<P, Shape>, table: Table): Statement<P> {
    const { values } = filled
    if (values.length > dialect.maxParameters) throw tooManyValues(dialect.maxParameters)
    const { text, slots } = textOf(filled, table)
    return { text, parameters: slots ? slots.map((slot) => valueAt(values, slot)) : values }
  }

  return {
    select: (query, keyedBy) => statement(shapeOfSelect(query, dialect, keyedBy), query.table),
    insert: (query, fields) => statement(shapeOfInsert(query, fields, dialect), query.table),
    update: (query, asInserted) => statement(shapeOfUpdate(query, dialect, asInserted), query.table),
    delete: (query) => statement(shapeOfDelete(query, dialect), query.table),
  }
}

function sizeOf(key: string, { text }: Compiled): number {
  return key.length + text.sql.length
}

function valueAt<P>(values: readonly P[], slot: number): P {
  const value = values[slot]
  if (value === undefined) throw new AppError('internal', 'A statement names a value it was not given.')
  return value
}

function tooManyValues(most: number): AppError {
  return new AppError('bad_request', `The request holds more than ${most} values.`, {
    hint: 'Split it into several requests.',
  })
}
