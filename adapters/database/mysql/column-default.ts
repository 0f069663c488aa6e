import { type ColumnDefault, type SimpleType, valueClassOf } from '../../../src/core/database/schema.ts'
import { quotedText } from './quoted-text.ts'

export interface DefaultText {
  /** `column_default` of the catalogue; null when there is none. */
  readonly text: string | null
  readonly type: SimpleType
  /** MariaDB gives SQL text: literals in quotes, all else an expression. MySQL gives the bare text of a literal. */
  readonly isMariaDb: boolean
  /** MySQL only: `extra` says DEFAULT_GENERATED. */
  readonly isExpression: boolean
}

/** A default as a value, or as the expression it is. Nothing for NULL, which is no default. */
export function columnDefault({
  text,
  type,
  isMariaDb,
  isExpression,
}: DefaultText): ColumnDefault | undefined {
  if (text === null || (isMariaDb && text.toUpperCase() === 'NULL')) return undefined
  const moment = isMariaDb || isExpression || valueClassOf(type) === 'timestamp' ? momentOf(text) : undefined
  if (moment) return { expression: moment }
  if (isExpression || valueClassOf(type) === 'binary') return { expression: text }
  const bits = /^b'([01]*)'$/i.exec(text)?.[1]
  if (bits !== undefined && BIT_TYPES.has(type)) return bitsAsValue(bits, type)
  if (!isMariaDb) return asTyped(text, type)
  const literal = quotedText(text)
  if (literal !== undefined) return asTyped(literal, type)
  return NUMBER.test(text) ? asTyped(text, type) : { expression: text }
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i
const BIT_TYPES: ReadonlySet<SimpleType> = new Set<SimpleType>(['boolean', 'integer', 'bigint'])

/** The moment of the insert, in the standard's words whatever the server's. */
function momentOf(text: string): string | undefined {
  const [, word, digits] = /^\(?(\w+)(?:\((\d*)\))?\)?$/.exec(text.toLowerCase()) ?? []
  const standard = word === undefined ? undefined : MOMENTS[word]
  return standard && `${standard}${digits ? `(${digits})` : ''}`
}

const MOMENTS: Readonly<Record<string, string>> = {
  current_timestamp: 'CURRENT_TIMESTAMP',
  now: 'CURRENT_TIMESTAMP',
  localtimestamp: 'CURRENT_TIMESTAMP',
  curdate: 'CURRENT_DATE',
  current_date: 'CURRENT_DATE',
  curtime: 'CURRENT_TIME',
  current_time: 'CURRENT_TIME',
}

function bitsAsValue(bits: string, type: SimpleType): ColumnDefault {
  const value = BigInt(`0b${bits || '0'}`)
  if (type === 'boolean') return value !== 0n
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString()
}

function asTyped(text: string, type: SimpleType): ColumnDefault {
  const kind = valueClassOf(type)
  if (kind === 'boolean' && NUMBER.test(text)) return Number(text) !== 0
  if (!NUMBER.test(text)) return text
  switch (kind) {
    case 'integer':
      return Number.isSafeInteger(Number(text)) ? Number(text) : text
    case 'decimal':
      return digitsOf(text) > MOST_DIGITS ? text : Number(text)
    case 'float':
      return Number(text)
    default:
      return text
  }
}

/** A double holds this many decimal digits for certain. */
const MOST_DIGITS = 15

function digitsOf(number: string): number {
  return number.replace(/\D/g, '').replace(/^0+|0+$/g, '').length
}
