import type { Aggregate } from '../../../src/core/database/query.ts'
import { type Table, type ValueClass, valueClassOf } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'

/** What of a column decides how its values are bound and read. */
export interface ColumnKind {
  readonly type: ValueClass
  /** The engine's own spelling; empty for the value of an aggregate other than MIN and MAX. */
  readonly dbType: string
}

export function kindOfField(name: string, table: Table): ColumnKind {
  const field = findByName(table.fieldByName, name)
  return field ? { type: valueClassOf(field.type), dbType: field.dbType } : { type: 'text', dbType: '' }
}

export function kindOfAggregate(aggregate: Aggregate, table: Table): ColumnKind {
  if (aggregate.function === 'MIN' || aggregate.function === 'MAX') return kindOfField(aggregate.field, table)
  return { type: typeOfAggregate(aggregate, table), dbType: '' }
}

function typeOfAggregate(aggregate: Aggregate, table: Table): ValueClass {
  switch (aggregate.function) {
    case 'COUNT':
    case 'COUNT_DISTINCT':
      return 'integer'
    case 'SUM':
    case 'AVG': {
      const type = typeOfField(aggregate.field, table)
      return type === 'float' || (type === 'integer' && aggregate.function === 'SUM') ? type : 'decimal'
    }
    case 'MIN':
    case 'MAX':
      return typeOfField(aggregate.field, table)
  }
}

function typeOfField(name: string, table: Table): ValueClass {
  return kindOfField(name, table).type
}
