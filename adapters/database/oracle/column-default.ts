import { type ColumnDefault, type SimpleType, valueClassOf } from '../../../src/core/database/schema.ts'
import { exactNumber } from '../sql/exact-number.ts'

/** A default as a value, or as the expression it is. `text` is the SQL as it was written; nothing for NULL, which is no default. */
export function columnDefault(text: string | null, type: SimpleType): ColumnDefault | undefined {
  const written = text?.trim() ?? ''
  if (written === '' || /^null$/i.test(written)) return undefined
  const moment = MOMENTS.get(written.toLowerCase().replaceAll(/[\s()]/g, ''))
  if (moment !== undefined) return { expression: moment }
  const literal = /^n?'((?:[^']|'')*)'$/i.exec(written)?.[1]
  if (literal !== undefined) return asTyped(literal.replaceAll("''", "'"), type)
  return NUMBER.test(written) ? asTyped(written, type) : { expression: written }
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)$/

/** The moment of the insert, in the standard's words. */
const MOMENTS: ReadonlyMap<string, string> = new Map([
  ['current_timestamp', 'CURRENT_TIMESTAMP'],
  ['current_timestamp0', 'CURRENT_TIMESTAMP'],
  ['systimestamp', 'CURRENT_TIMESTAMP'],
  ['localtimestamp', 'CURRENT_TIMESTAMP'],
  ['sysdate', 'CURRENT_TIMESTAMP'],
  ['current_date', 'CURRENT_TIMESTAMP'],
  ['trunccurrent_date', 'CURRENT_DATE'],
  ['truncsysdate', 'CURRENT_DATE'],
])

function asTyped(text: string, type: SimpleType): ColumnDefault {
  const kind = valueClassOf(type)
  if (!NUMBER.test(text)) return text
  switch (kind) {
    case 'boolean':
      return Number(text) !== 0
    case 'integer':
    case 'decimal':
      return exactNumber(text)
    case 'float':
      return Number(text)
    default:
      return text
  }
}
