import type { ColumnType } from './column-type.ts'

/** Texts that are values of a type although the planner would not take them for any, as the server shows them. */
export function alsoTakes({ type, dbType }: Pick<ColumnType, 'type' | 'dbType'>): RegExp | undefined {
  switch (type) {
    case 'boolean':
      return /^tinyint/i.test(dbType) ? SMALL_NUMBER : undefined
    case 'time':
      return DURATION
    case 'date':
    case 'datetime':
    case 'timestamp':
      return ZERO_DATE
    default:
      return undefined
  }
}

/** A `tinyint(1)` may hold other numbers than 0 and 1. */
const SMALL_NUMBER = /^-?\d{1,3}$/
/** Up to 838 hours, either way. */
const DURATION = /^-?\d{1,3}:\d{2}(:\d{2}(\.\d{1,6})?)?$/
/** Without month or day; the SQL modes of the session decide whether it may be stored. */
const ZERO_DATE = /^\d{4}-(00-\d{2}|\d{2}-00)([T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?)?$/
