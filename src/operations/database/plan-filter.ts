import type { Filter } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { FieldName, FilterExpression, FilterValue } from '../../core/filter.ts'
import { didYouMean, findByName, nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { Access } from '../../core/policy.ts'
import { bindFilter } from '../../filter/bind.ts'
import { parseFilter } from '../../filter/parse.ts'
import { filterValueFor } from './values.ts'

export type FieldLookup = (name: string) => Field | undefined

const NOTHING: Filter = { op: 'or', all: [] }

interface FilterInput {
  readonly filter?: string | undefined
  readonly params?: Readonly<Record<string, string | number | boolean | null>> | undefined
}

/** The caller's filter text, parsed, bound and checked; undefined when there is none. */
export function planFilter(table: Table, input: FilterInput, context: OperationContext): Filter | undefined {
  return planFilterOver((name) => findByName(table.fieldByName, name), table, input, context)
}

/** As `planFilter`, over other names than the table's fields (`having` over aliases). */
export function planFilterOver(
  find: FieldLookup,
  table: Table,
  input: FilterInput,
  { caller }: OperationContext,
): Filter | undefined {
  const expression = input.filter === undefined ? undefined : parseFilter(input.filter)
  if (!expression) return undefined
  const bound = bindFilter(expression, { params: input.params ?? {}, lookups: caller.lookups })
  return resolve(bound, (name) => find(name.name) ?? unknownField(name, table))
}

/**
 * The row filter of an access decision over this table. A rule that does not fit the table closes it: better no rows
 * than unfiltered ones.
 */
export function rowFilter(table: Table, access: Extract<Access, { allowed: true }>): Filter | undefined {
  if (!access.rowFilter) return undefined
  try {
    return resolve(
      access.rowFilter,
      (name) => findByName(table.fieldByName, name.name) ?? unknownField(name, table),
    )
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

/** All of them; undefined when none is given. */
export function allOf(...filters: readonly (Filter | undefined)[]): Filter | undefined {
  const given = filters.filter((filter) => filter !== undefined)
  return given.length <= 1 ? given[0] : { op: 'and', all: given }
}

type Resolve = (name: FieldName) => Field

function resolve(expression: FilterExpression, fieldOf: Resolve): Filter {
  switch (expression.op) {
    case 'and':
    case 'or':
      return { op: expression.op, all: expression.all.map((part) => resolve(part, fieldOf)) }
    case 'not':
      return { op: 'not', filter: resolve(expression.filter, fieldOf) }
    case 'is_null':
      return { op: 'is_null', field: fieldOf(expression.field).name }
    case 'in':
      return resolveIn(fieldOf(expression.field), expression.values)
    case 'between':
      return resolveBetween(fieldOf(expression.field), expression.low, expression.high)
    case 'like':
      return { op: 'like', field: fieldOf(expression.field).name, pattern: textOf(expression.value) }
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return { op: expression.op, field: fieldOf(expression.field).name, value: textOf(expression.value) }
    default:
      return resolveComparison(expression.op, fieldOf(expression.field), expression.value)
  }
}

/** `= null` matches nothing and `!= null` what is not null (dreamfactory recordings); IS NULL is the way to ask. */
function resolveComparison(
  op: '=' | '!=' | '<' | '<=' | '>' | '>=',
  field: Field,
  literal: FilterValue,
): Filter {
  const value = filterValueFor(field, literal)
  if (value !== null) return { op, field: field.name, value }
  return op === '!=' ? { op: 'not', filter: { op: 'is_null', field: field.name } } : NOTHING
}

function resolveIn(field: Field, literals: readonly FilterValue[]): Filter {
  const values = literals.map((literal) => filterValueFor(field, literal)).filter((value) => value !== null)
  return { op: 'in', field: field.name, values }
}

function resolveBetween(field: Field, low: FilterValue, high: FilterValue): Filter {
  return { op: 'and', all: [resolveComparison('>=', field, low), resolveComparison('<=', field, high)] }
}

function textOf(literal: FilterValue): string {
  if (literal.kind === 'null') return 'null'
  if (literal.kind === 'param' || literal.kind === 'lookup') {
    throw new AppError('internal', 'A filter reached the planner with an unbound value.')
  }
  return String(literal.value)
}

function unknownField(field: FieldName, table: Table): never {
  const near = nearest(
    field.name,
    table.fields.map(({ name }) => name),
  )
  throw new AppError('bad_request', `Invalid or unparsable field in filter request: '${field.name}'`, {
    hint: didYouMean(near) || `Fields of ${table.name}: ${table.fields.map(({ name }) => name).join(', ')}`,
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}
