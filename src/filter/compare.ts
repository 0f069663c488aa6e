import type { FieldName, FilterExpression, FilterValue } from '../core/filter.ts'
import type { Operator } from './operators.ts'

/** Where the values of a comparison come from: filter text or the data of a rule. */
export interface Operands {
  value(): FilterValue
  /** A value that is text to find. */
  text(): FilterValue
  list(): readonly FilterValue[]
  bounds(): { readonly low: FilterValue; readonly high: FilterValue }
  none(): void
}

/** One comparison; reads as many operands as the operator takes. */
export function compare(field: FieldName, operator: Operator, operands: Operands): FilterExpression {
  const comparison = positive(field, operator.op, operands)
  return operator.negated ? { op: 'not', filter: comparison, inside: true } : comparison
}

function positive(field: FieldName, op: Operator['op'], operands: Operands): FilterExpression {
  switch (op) {
    case 'is_null':
      operands.none()
      return { op, field }
    case 'in':
      return { op, field, values: operands.list() }
    case 'between':
      return { op, field, ...operands.bounds() }
    case 'like':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return { op, field, value: operands.text() }
    default:
      return { op, field, value: operands.value() }
  }
}
