import type { Filter, Order } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import type { FilterExpression } from '../../core/filter.ts'

/** What of a plan depends on the table alone, and on a row filter: made once, frozen, and gone with the table it was made for. */
export interface TableFacts {
  readonly allFields: readonly string[]
  /** By the key: what tells apart rows that are otherwise the same. */
  readonly keyOrder: readonly Order[]
  /** Fields that a new record must bring. */
  readonly required: readonly Field[]
  /** Row filters over this table, by the expression of the policy that they were made from. */
  readonly rowFilters: WeakMap<FilterExpression, Filter>
}

const known = new WeakMap<Table, TableFacts>()

export function tableFacts(table: Table): TableFacts {
  const found = known.get(table)
  if (found) return found
  const facts: TableFacts = Object.freeze({
    allFields: Object.freeze(table.fields.filter(({ isNested }) => !isNested).map(({ name }) => name)),
    keyOrder: Object.freeze(table.primaryKey.map((by): Order => ({ by, direction: 'asc' }))),
    required: Object.freeze(table.fields.filter(isRequired)),
    rowFilters: new WeakMap<FilterExpression, Filter>(),
  })
  known.set(table, facts)
  return facts
}

function isRequired({ allowNull, default: value, autoIncrement, isGenerated }: Field): boolean {
  return !allowNull && value === undefined && !autoIncrement && !isGenerated
}
