import type { ColumnDefault, SimpleType, ValueClass } from '../../../src/core/database/schema.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'

/**
 * A default as `pg_get_expr` writes it → the value it is, or the expression. Nothing for NULL, which is no default.
 * `'open'::character varying` → `open`, `'-1'::integer` → -1, `now()` → an expression.
 */
export function columnDefault(expression: string, type: SimpleType): ColumnDefault | undefined {
  const [, literal = expression] = CAST.exec(expression) ?? []
  if (/^null$/i.test(literal)) return undefined
  const text = literalText(literal)
  const value = text === undefined ? undefined : asTyped(text, valueClassOf(type))
  return value === undefined ? { expression } : value
}

/** `nextval('orders_id_seq'::regclass)`: the database numbers the rows. */
export function isNextValue(expression: string): boolean {
  return /^nextval\('(?:[^']|'')+'::regclass\)$/.test(expression)
}

/** A literal with its type. One that has a length too (`::varchar(5)`) would be cut: it is an expression. */
const CAST = /^('(?:[^']|'')*'|null)::(?:"(?:[^"]|"")+"|[\p{L}\p{N}_.]|[ ](?=[\p{L}"]))+$/isu

/** Of a quoted text, a number or a truth value; nothing for all else. */
function literalText(literal: string): string | undefined {
  const [, quoted] = /^'((?:[^']|'')*)'$/s.exec(literal) ?? []
  if (quoted !== undefined) return quoted.replaceAll("''", "'")
  const [, number] = /^\(?(-?\d+(?:\.\d+)?)\)?$/.exec(literal) ?? []
  return number ?? (/^(?:true|false)$/.test(literal) ? literal : undefined)
}

/** Nothing for what has no form of its own on the wire as it stands here: bytes, JSON, arrays. */
function asTyped(text: string, type: ValueClass): ColumnDefault | undefined {
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return asNumber(text)
    case 'boolean':
      return /^(?:t|true|1)$/.test(text) ? true : /^(?:f|false|0)$/.test(text) ? false : undefined
    case 'binary':
    case 'json':
      return undefined
    case 'date':
    case 'time':
    case 'timestamp':
      // `'now'`, `'today'`: another value each day.
      return /^\d/.test(text) ? text : undefined
    case 'text':
      return text
  }
}

/** A number with more digits than a double holds stays text, as in rows. */
function asNumber(text: string): ColumnDefault | undefined {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return undefined
  const digits = text.replace(/\D/g, '').replace(/^0+/, '')
  return digits.length <= 15 || Number.isSafeInteger(number) ? number : text
}
