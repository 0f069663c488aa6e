import type { FieldName, FilterExpression, FilterValue } from '../core/filter.ts'

/** The expression with every value replaced by what `change` makes of it; its fields and operators stay. */
export function mapValues(
  expression: FilterExpression,
  change: (value: FilterValue, field: FieldName) => FilterValue,
): FilterExpression {
  switch (expression.op) {
    case 'and':
    case 'or':
      return { op: expression.op, all: expression.all.map((member) => mapValues(member, change)) }
    case 'not':
      return { ...expression, filter: mapValues(expression.filter, change) }
    case 'is_null':
      return expression
    case 'in':
      return { ...expression, values: expression.values.map((value) => change(value, expression.field)) }
    case 'between':
      return {
        ...expression,
        low: change(expression.low, expression.field),
        high: change(expression.high, expression.field),
      }
    default:
      return { ...expression, value: change(expression.value, expression.field) }
  }
}
