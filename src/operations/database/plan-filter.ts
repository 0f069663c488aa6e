import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Field, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterExpression, FilterValue } from '../../core/filter.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { Access } from '../../core/policy.ts'
import { bindFilter } from '../../filter/bind.ts'
import { filterFromWhere } from '../../filter/from-where.ts'
import { mapValues } from '../../filter/map-values.ts'
import { parseFilter } from '../../filter/parse.ts'
import { wholeOf } from '../field-view/narrow-table.ts'
import { planRelatedFilter } from './plan-related-filter.ts'
import { readAccess } from './read-access.ts'
import { resolveFilter, unknownField } from './resolve-filter.ts'
import { tableFacts } from './table-facts.ts'

/** A value as it is written, as it is compared with a field. */
type Compared = (field: string, value: FilterValue) => FilterValue

export type FieldLookup = (name: string) => Field | undefined

interface FilterInput {
  readonly filter?: string | undefined
  readonly where?: unknown
  readonly params?: Readonly<Record<string, string | number | boolean | null>> | undefined
}

/**
 * The caller's filter text, parsed, bound and checked; undefined when there is none. It may name fields of related tables,
 * of which it sees the rows that the caller may read; without a schema there are none.
 */
export function planFilter(
  table: Table,
  { filter, where, params = {} }: FilterInput,
  context: OperationContext,
  schema: DatabaseSchema | undefined,
): Filter | undefined {
  const expression = both(
    filter === undefined ? undefined : parseFilter(filter),
    where === undefined ? undefined : filterFromWhere(where),
  )
  if (!expression) return undefined
  const bound = bindFilter(expression, { params, lookups: context.caller.lookups })
  if (!schema) return resolveOwn(bound, table)
  const visible = (other: Table) => rowFilter(other, readAccess(other, context))
  return planRelatedFilter(bound, { table, schema, context, visible })
}

function both(
  one: FilterExpression | undefined,
  other: FilterExpression | undefined,
): FilterExpression | undefined {
  return one && other ? { op: 'and', all: [one, other] } : (one ?? other)
}

/** As `planFilter`, over other names than the table's fields (`having` over aliases). */
export function planFilterOver(
  find: FieldLookup,
  table: Table,
  input: FilterInput & { readonly compared?: Compared | undefined },
  { caller }: OperationContext,
): Filter | undefined {
  const expression = input.filter === undefined ? undefined : parseFilter(input.filter)
  if (!expression) return undefined
  const bound = bindFilter(expression, { params: input.params ?? {}, lookups: caller.lookups })
  const { compared } = input
  const meant = compared ? mapValues(bound, (value, { name }) => compared(name, value)) : bound
  return resolveFilter(meant, (name) => find(name.name) ?? unknownField(name, table))
}

/**
 * The row filter of an access decision over this table. A rule that does not fit the table closes it: better no rows
 * than unfiltered ones.
 */
export function rowFilter(table: Table, access: Extract<Access, { allowed: true }>): Filter | undefined {
  if (!access.rowFilter) return undefined
  try {
    // A role may look at fields that it does not show.
    return resolveOwn(access.rowFilter, wholeOf(table))
  } catch (cause) {
    throw new AppError(
      'forbidden',
      'Access Forbidden. The row filter of your role does not fit this table.',
      {
        hint: 'An administrator has to correct the role.',
        cause,
      },
    )
  }
}

/** The expression is the policy's own object: another policy has another one, and a table read again is another table. */
function resolveOwn(expression: FilterExpression, table: Table): Filter {
  const { rowFilters } = tableFacts(table)
  const known = rowFilters.get(expression)
  if (known) return known
  const made = resolveFilter(expression, (name) => {
    const field = findByName(table.fieldByName, name.name)
    // What is computed is whatever its function says: a rule is about what is stored.
    return field && !field.isVirtual ? field : unknownField(name, table)
  })
  rowFilters.set(expression, made)
  return made
}

/** All of them; undefined when none is given. */
export function allOf(...filters: readonly (Filter | undefined)[]): Filter | undefined {
  const given = filters.filter((filter) => filter !== undefined)
  return given.length <= 1 ? given[0] : { op: 'and', all: given }
}
