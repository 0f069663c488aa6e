import { type ColumnDefault, type SimpleType, valueClassOf } from '../../../src/core/database/schema.ts'

/** A default as the catalogue writes it, `(N'open')`, `((1))`, `(getdate())`, as a value, or as the expression it is. Nothing for NULL. */
export function columnDefault(definition: string | null, type: SimpleType): ColumnDefault | undefined {
  if (definition === null) return undefined
  const text = bare(definition)
  if (/^null$/i.test(text)) return undefined
  const moment = MOMENTS[text.toLowerCase().replaceAll(/\s/g, '')]
  if (moment) return { expression: moment }
  const quoted = QUOTED.exec(text)
  const number = quoted ? undefined : TYPED_NUMBER.exec(text)
  if (number) return asTyped(number[1] ?? number[2] ?? '', type)
  const value = quoted ? (quoted[1] ?? '').replaceAll("''", "'") : text
  if (!quoted && !NUMBER.test(text)) return { expression: text }
  // Large whole numbers are written with a point.
  return asTyped(quoted ? value : value.replace(/\.$/, ''), type)
}

/** Servers other than SQL Server tell the type of a text: `'open'::varchar(20)`, `CAST('open' AS nvarchar(20))`. */
const QUOTED = /^(?:cast\(\s*)?N?'((?:[^']|'')*)'(?:\s*::[\w."() ]+)?(?:\s+as\s+[\w."() ,]+\))?$/is
const TYPED_NUMBER = /^(?:cast\(\s*\(?(-?[\d.]+)\)?\s+as\s+[\w."() ,]+\)|\(?(-?[\d.]+)\)?\s*::[\w."() ,]+)$/i
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

const MOMENTS: Readonly<Record<string, string>> = {
  'getdate()': 'CURRENT_TIMESTAMP',
  'sysdatetime()': 'CURRENT_TIMESTAMP',
  'sys.getdate()': 'CURRENT_TIMESTAMP',
  'sys.sysdatetime()': 'CURRENT_TIMESTAMP',
  current_timestamp: 'CURRENT_TIMESTAMP',
  'convert([date],getdate())': 'CURRENT_DATE',
  'convert([time],getdate())': 'CURRENT_TIME',
  'convert([date],getdate(),0)': 'CURRENT_DATE',
  'convert([time],getdate(),0)': 'CURRENT_TIME',
  'cast(getdate()asdate)': 'CURRENT_DATE',
  'cast(getdate()astime)': 'CURRENT_TIME',
}

/** Without the parentheses around the whole. */
function bare(definition: string): string {
  let text = definition.trim()
  while (text.startsWith('(') && closes(text) === text.length - 1) text = text.slice(1, -1).trim()
  return text
}

/** Where the first parenthesis is closed. */
function closes(text: string): number {
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === "'") isQuoted = !isQuoted
    if (isQuoted) continue
    if (sign === '(') depth++
    if (sign === ')' && --depth === 0) return at
  }
  return -1
}

function asTyped(text: string, type: SimpleType): ColumnDefault {
  const kind = valueClassOf(type)
  if (kind === 'boolean' && NUMBER.test(text)) return Number(text) !== 0
  if (!NUMBER.test(text)) return text
  switch (kind) {
    case 'integer':
      return Number.isSafeInteger(Number(text)) ? Number(text) : text
    case 'decimal':
      return text.replace(/\D/g, '').replace(/^0+|0+$/g, '').length > MOST_DIGITS ? text : Number(text)
    case 'float':
      return Number(text)
    default:
      return text
  }
}

/** A double holds this many decimal digits for certain. */
const MOST_DIGITS = 15
