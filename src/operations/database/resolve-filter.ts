import type { Filter } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { FieldName, FilterExpression, FilterValue } from '../../core/filter.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { filterValueFor } from './values.ts'

/** A comparison: an expression without parts. */
export type ComparisonExpression = Exclude<FilterExpression, { op: 'and' | 'or' | 'not' }>

type Group = Extract<FilterExpression, { op: 'and' | 'or' }>

export function isGroup(expression: FilterExpression): expression is Group {
  return expression.op === 'and' || expression.op === 'or'
}

const NOTHING: Filter = { op: 'or', all: [] }

/** An expression over the fields of one table. Whatever `fieldOf` throws for a name that is none is thrown. */
export function resolveFilter(expression: FilterExpression, fieldOf: (name: FieldName) => Field): Filter {
  switch (expression.op) {
    case 'and':
    case 'or':
      return { op: expression.op, all: expression.all.map((part) => resolveFilter(part, fieldOf)) }
    case 'not':
      return { op: 'not', filter: resolveFilter(expression.filter, fieldOf) }
    default:
      return resolveComparison(expression, fieldOf(expression.field))
  }
}

/** A comparison of this field, which may have another name where it is compared. */
export function resolveComparison(expression: ComparisonExpression, field: Field): Filter {
  switch (expression.op) {
    case 'is_null':
      return { op: 'is_null', field: field.name }
    case 'in':
      return resolveIn(field, expression.values)
    case 'between':
      return {
        op: 'and',
        all: [compared('>=', field, expression.low), compared('<=', field, expression.high)],
      }
    case 'like':
      return { op: 'like', field: field.name, pattern: textOf(expression.value) }
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return { op: expression.op, field: field.name, value: textOf(expression.value) }
    default:
      return compared(expression.op, field, expression.value)
  }
}

/** `= null` matches nothing and `!= null` what is not null (dreamfactory recordings); IS NULL is the way to ask. */
function compared(op: '=' | '!=' | '<' | '<=' | '>' | '>=', field: Field, literal: FilterValue): Filter {
  const value = filterValueFor(field, literal)
  if (value !== null) return { op, field: field.name, value }
  return op === '!=' ? { op: 'not', filter: { op: 'is_null', field: field.name } } : NOTHING
}

function resolveIn(field: Field, literals: readonly FilterValue[]): Filter {
  const values = literals.map((literal) => filterValueFor(field, literal)).filter((value) => value !== null)
  return { op: 'in', field: field.name, values }
}

function textOf(literal: FilterValue): string {
  if (literal.kind === 'null') return 'null'
  if (literal.kind === 'param' || literal.kind === 'lookup') {
    throw new AppError('internal', 'A filter reached the planner with an unbound value.')
  }
  return String(literal.value)
}

/** `written` is how the filter names it, where `field` is a part of that. */
export function unknownField(field: FieldName, table: Table, written = field.name): never {
  const names = table.fields.map(({ name }) => name)
  const near = nearest(field.name, names)
  throw new AppError('bad_request', `Invalid or unparsable field in filter request: '${written}'`, {
    hint: didYouMean(near) || `Fields of ${table.name}: ${names.join(', ')}`,
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}
