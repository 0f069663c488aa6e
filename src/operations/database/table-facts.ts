import type { Filter, Order } from '../../core/database/query.ts'
import { type Field, type Table, valueClassOf } from '../../core/database/schema.ts'
import type { FilterExpression } from '../../core/filter.ts'
import { wholeOf } from '../field-view/narrow-table.ts'
import { uniqueKeys } from './plan-after.ts'

/** What of a plan depends on the table alone, and on a row filter: made once, frozen, and gone with the table it was made for. */
export interface TableFacts {
  readonly allFields: readonly string[]
  /** By the key: what tells apart rows that are otherwise the same. */
  readonly keyOrder: readonly Order[]
  /** By the key or, where there is none, by every field that any database can order by: rows that are still the same hardly differ. */
  readonly tieOrder: readonly Order[]
  /** Fields that a new record must bring. */
  readonly required: readonly Field[]
  /** Some relation is read along by every GET. */
  readonly readsAlong: boolean
  /** Row filters over this table, by the expression of the policy that they were made from. */
  readonly rowFilters: WeakMap<FilterExpression, Filter>
}

const known = new WeakMap<Table, TableFacts>()

export function tableFacts(table: Table): TableFacts {
  const found = known.get(table)
  if (found) return found
  const key = keyOf(table)
  const keyOrder = ascending(key)
  const facts: TableFacts = Object.freeze({
    allFields: Object.freeze(usualFields(table)),
    keyOrder,
    tieOrder: key.length > 0 ? keyOrder : ascending(table.fields.filter(isOrdered).map(({ name }) => name)),
    required: Object.freeze(table.fields.filter(isRequired)),
    readsAlong: table.relations.some(({ alwaysFetch }) => alwaysFetch === true),
    rowFilters: new WeakMap<FilterExpression, Filter>(),
  })
  known.set(table, facts)
  return facts
}

function ascending(fields: readonly string[]): readonly Order[] {
  return Object.freeze(fields.map((by): Order => ({ by, direction: 'asc' })))
}

/** Of long texts, documents, and texts that stand for other types, databases know no order, or none that is cheap. */
function isOrdered({ type, length, isVirtual, isNested, expressions }: Field): boolean {
  if (isVirtual || isNested || expressions) return false
  return type === 'string' ? length !== undefined : ORDERED.has(valueClassOf(type)) || type === 'uuid'
}

const ORDERED: ReadonlySet<string> = new Set([
  'integer',
  'boolean',
  'decimal',
  'float',
  'date',
  'time',
  'timestamp',
])

/** The key that pages go on by (`seekOrder`); the one that the reader may not know where there is no other, so that rows can be counted off. */
function keyOf(table: Table): readonly string[] {
  return uniqueKeys(table).find((key) => key.length > 0) ?? wholeOf(table).primaryKey
}

/** Parts of a document are in it already, unless it is not shown. */
function usualFields({ fields }: Table): string[] {
  const columns = new Set(fields.map(({ name, column = name }) => column))
  const isPart = ({ name, column = name }: Field) => {
    for (let dot = column.indexOf('.'); dot > 0; dot = column.indexOf('.', dot + 1))
      if (columns.has(column.slice(0, dot))) return true
    return false
  }
  return fields.filter((field) => !field.isNested || !isPart(field)).map(({ name }) => name)
}

function isRequired({ allowNull, default: value, autoIncrement, isGenerated }: Field): boolean {
  return !allowNull && value === undefined && !autoIncrement && !isGenerated
}
