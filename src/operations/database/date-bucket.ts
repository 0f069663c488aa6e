import type { Expression } from '../../core/database/expression.ts'
import { type Field, storedColumn, type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterValue } from '../../core/filter.ts'
import { findByName } from '../../core/names.ts'

const UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour'] as const
type Unit = (typeof UNITS)[number]

/** A group of moments: `month(placed_on)`. */
export interface DateBucket {
  /** The key of its value in a result. */
  readonly name: string
  /** Its field in the table that has it. */
  readonly field: Field
  /** `2026-03`, from the number that the database groups by. */
  readonly shown: (value: Json) => Json
  /** The number for a value as it is shown, or as such a number. Throws `bad_request` for any other. */
  readonly numberOf: (value: FilterValue) => FilterValue
}

/** `month(placed_on)` or `m:month(placed_on)`; undefined for what is no such call. Throws `bad_request` for a field that holds no date. */
export function dateBucket(table: Table, requested: string): DateBucket | undefined {
  const [, alias, word = '', column = ''] =
    /^(?:([^:()]*):)?\s*(\w+)\s*\(([^()]*)\)$/.exec(requested.trim()) ?? []
  if (word === '') return undefined
  const unit = UNITS.find((known) => known === word.toLowerCase())
  if (!unit)
    throw new AppError('bad_request', `'${word.slice(0, 60)}' is no part of a date to group by.`, {
      hint: `One of ${UNITS.join(', ')}, as in month(created_at).`,
    })
  const source = findByName(table.fieldByName, column.trim())
  if (!source) return undefined
  requireDate(source, unit)
  const name = alias?.trim() || `${source.name}_${unit}`
  return {
    name,
    field: bucketField(name, source, unit),
    shown: (value) => shown(unit, value),
    numberOf: (value) => numberOf(unit, name, value),
  }
}

function requireDate({ name, type, isVirtual }: Field, unit: Unit): void {
  const kind = valueClassOf(type)
  if (!isVirtual && (kind === 'timestamp' || (kind === 'date' && unit !== 'hour'))) return
  throw new AppError(
    'bad_request',
    `'${name}' cannot be grouped by ${unit}: it holds no ${unit === 'hour' ? 'time of a day' : 'date'}.`,
  )
}

function bucketField(name: string, source: Field, unit: Unit): Field {
  const column: Expression = { kind: 'column', column: storedColumn(source) }
  return {
    name,
    type: 'bigint',
    dbType: '',
    allowNull: true,
    autoIncrement: false,
    isGenerated: true,
    isVirtual: true,
    expressions: { select: NUMBER[unit](column) },
  }
}

const call = (name: 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'ISOWEEK' | 'FLOOR', of: Expression): Expression => ({
  kind: 'call',
  function: name,
  arguments: [of],
})
const number = (value: number): Expression => ({ kind: 'number', digits: String(value) })
const calculation = (op: '+' | '*' | '/', left: Expression, right: Expression): Expression => ({
  kind: 'calculation',
  op,
  left,
  right,
})
/** `left` followed by `right`, which has at most two digits. */
const with2 = (left: Expression, right: Expression): Expression =>
  calculation('+', calculation('*', left, number(100)), right)

/** A number for each group, in the order of time: what every engine can compute, group and sort by. */
const NUMBER: Readonly<Record<Unit, (of: Expression) => Expression>> = {
  year: (of) => call('YEAR', of),
  quarter: (of) =>
    with2(
      call('YEAR', of),
      call('FLOOR', calculation('/', calculation('+', call('MONTH', of), number(2)), number(3))),
    ),
  month: (of) => with2(call('YEAR', of), call('MONTH', of)),
  week: (of) => call('ISOWEEK', of),
  day: (of) => with2(NUMBER.month(of), call('DAY', of)),
  hour: (of) => with2(NUMBER.day(of), call('HOUR', of)),
}

const FORMS: Readonly<Record<Unit, readonly [pattern: RegExp, form: string]>> = {
  year: [/^(\d+)$/, '$1'],
  quarter: [/^(\d+)0(\d)$/, '$1-Q$2'],
  month: [/^(\d+)(\d\d)$/, '$1-$2'],
  week: [/^(\d+)(\d\d)$/, '$1-W$2'],
  day: [/^(\d+)(\d\d)(\d\d)$/, '$1-$2-$3'],
  hour: [/^(\d+)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3 $4:00'],
}

/** The way back, with an example. */
const SHOWN: Readonly<Record<Unit, readonly [pattern: RegExp, form: string, example: string]>> = {
  year: [/^(\d+)$/, '$1', '2026'],
  quarter: [/^(\d+)-Q([1-4])$/i, '$10$2', '2026-Q1'],
  month: [/^(\d+)-(\d\d)$/, '$1$2', '2026-03'],
  week: [/^(\d+)-W(\d\d)$/i, '$1$2', '2026-W09'],
  day: [/^(\d+)-(\d\d)-(\d\d)$/, '$1$2$3', '2026-03-31'],
  hour: [/^(\d+)-(\d\d)-(\d\d)[ T](\d\d)(?::00){0,2}$/, '$1$2$3$4', '2026-03-31 17:00'],
}

function numberOf(unit: Unit, name: string, value: FilterValue): FilterValue {
  if (value.kind !== 'text' || /^\d+$/.test(value.value)) return value
  const [pattern, form, example] = SHOWN[unit]
  if (pattern.test(value.value)) return { kind: 'number', value: value.value.replace(pattern, form) }
  throw new AppError(
    'bad_request',
    `'${name}' is compared with a ${unit} as it is shown, such as '${example}'.`,
  )
}

function shown(unit: Unit, value: Json): Json {
  if (value === null) return null
  const [pattern, form] = FORMS[unit]
  return String(value).replace(pattern, form)
}
