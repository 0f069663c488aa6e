import type { Aggregate } from '../../../src/core/database/query.ts'
import { type Table, type ValueClass, valueClassOf } from '../../../src/core/database/schema.ts'

/** The type of an aggregate's value. */
export function typeOfAggregate(aggregate: Aggregate, table: Table): ValueClass {
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

export function typeOfField(name: string, table: Table): ValueClass {
  const field = table.fieldByName.get(name.toLowerCase())
  return field ? valueClassOf(field.type) : 'text'
}
