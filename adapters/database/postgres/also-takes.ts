import type { SimpleType } from '../../../src/core/database/schema.ts'

/** Texts that are values of a type although the planner would not take them for any, as PostgreSQL shows them. */
export function alsoTakes(type: SimpleType): RegExp | undefined {
  switch (type) {
    case 'decimal':
    case 'float':
    case 'double':
      return NO_NUMBER
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return FAR_MOMENT
    default:
      return undefined
  }
}

const NO_NUMBER = /^(nan|[-+]?infinity)$/i

const CLOCK = String.raw`( \d\d:\d\d:\d\d(\.\d{1,6})?([-+]\d\d(:\d\d){0,2})?)?`
/** The infinities, years of more than four digits or before year 1, and the offsets of old days, which have seconds. */
const FAR_MOMENT = new RegExp(
  [
    '^-?infinity$',
    String.raw`^\d{5,6}-\d\d-\d\d${CLOCK}$`,
    String.raw`^\d{4,6}-\d\d-\d\d${CLOCK} BC$`,
    String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[-+]\d\d:\d\d:\d\d$`,
  ].join('|'),
  'i',
)
