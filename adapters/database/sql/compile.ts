import { createQueryId } from 'kysely'
import type { Aggregate } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { isStored } from './column-names.ts'
import { deleteSql, insertSql, updateSql } from './compile-writes.ts'
import type { ResultColumn, StatementText } from './connection.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { COUNT, selectSql } from './select-sql.ts'
import type { Shape } from './shape.ts'
import { kindOfAggregate, kindOfField } from './value-type.ts'

export interface Compiled {
  readonly text: StatementText
  /** Slot of each placeholder, in the order of the text; absent when that is the order of the slots. */
  readonly slots: readonly number[] | undefined
}

/** Statement text of a shape. Values are always placeholders; every name is an identifier quoted by Kysely. */
export function compile<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): Compiled {
  const columns = columnsOf(shape, table)
  const plainly = fragmentOf(shape, table, dialect)
  const finished = columns.length > 0 ? dialect.finish?.(plainly, columns, shape.verb) : undefined
  const { sql, parameters } = compiled(finished ?? plainly, dialect)
  const text: StatementText = { verb: shape.verb, sql, columns, table, written: writtenBy(shape) }
  const isReadPlainly = finished && shape.verb === 'select' && dialect.readsPlainly?.(columns)
  const plain = isReadPlainly && Object.freeze({ ...text, sql: compiled(plainly, dialect).sql })
  const triggered = columns.length > 0 && triggeredText(shape, table, dialect)
  return {
    text: Object.freeze({ ...text, ...(plain && { plain }), ...(triggered && { triggered }) }),
    slots: parameters.map(Number),
  }
}

function triggeredText<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): string | undefined {
  const { triggeredWrites: writes } = dialect
  if (!writes || shape.verb === 'select') return undefined
  return compiled(fragmentOf(shape, table, { ...dialect, writes }), dialect).sql
}

function compiled<P>(fragment: Fragment, dialect: SqlDialect<P>) {
  return dialect.createQueryCompiler().compileQuery(fragment.toOperationNode(), createQueryId())
}

function fragmentOf<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): Fragment {
  switch (shape.verb) {
    case 'select':
      return selectSql(shape, table, dialect)
    case 'insert':
      return insertSql(shape, table, dialect)
    case 'update':
      return updateSql(shape, table, dialect)
    case 'delete':
      return deleteSql(shape, table, dialect)
  }
}

function columnsOf(shape: Shape, table: Table): readonly ResultColumn[] {
  const ofField = (name: string): ResultColumn => ({
    name,
    ...kindOfField(name, table),
    computed: false,
    ...(isStored(table, name) ? { isStored: true } : {}),
  })
  if (shape.verb !== 'select') return shape.returning.map(ofField)
  if (shape.countOnly) return [{ name: COUNT, type: 'integer', dbType: '', computed: false }]
  const ofAggregate = (aggregate: Aggregate): ResultColumn => ({
    name: aggregate.alias,
    ...kindOfAggregate(aggregate, table),
    computed: aggregate.function === 'SUM' ? 'sum' : aggregate.function === 'AVG' && 'mean',
  })
  return [...shape.fields.map(ofField), ...shape.aggregates.map(ofAggregate)]
}

function writtenBy(shape: Shape): readonly string[] {
  return shape.verb === 'insert' || shape.verb === 'update' ? shape.fields : []
}
