import { sql } from 'kysely'
import type { Fragment } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { spelledAs } from './column-kind.ts'

/** Formats of moments as text (SQL Language Reference, "Datetime Format Models"): what is bound and what is read. */
const DAY = 'YYYY-MM-DD'
const SECONDS = 'YYYY-MM-DD HH24:MI:SS'
const FRACTIONS = 'YYYY-MM-DD HH24:MI:SS.FF9'

/** The text of a moment that is bound, as its column has it. */
export function boundMoment(value: Fragment, { type, dbType }: ColumnKind): Fragment | undefined {
  const spelled = spelledAs({ dbType })
  if (type === 'time' || spelled.startsWith('INTERVAL DAY')) return sql`to_dsinterval(${value})`
  if (spelled.startsWith('INTERVAL YEAR')) return sql`to_yminterval(${value})`
  if (type === 'date') return sql`to_date(${value}, ${literal(DAY)})`
  if (type !== 'timestamp') return undefined
  if (spelled.endsWith('TIME ZONE')) return sql`to_timestamp_tz(${value}, ${literal(`${FRACTIONS} TZR`)})`
  if (spelled.startsWith('TIMESTAMP')) return sql`to_timestamp(${value}, ${literal(FRACTIONS)})`
  return sql`to_date(${value}, ${literal(SECONDS)})`
}

/** A moment as it is read: its text, as no driver's own form of it has every digit and the offset that was given. */
export function readMoment(column: Fragment, { type, dbType }: ColumnKind): Fragment | undefined {
  const spelled = spelledAs({ dbType })
  if (spelled.startsWith('INTERVAL')) return sql`to_char(${column})`
  if (spelled === 'DATE') return sql`to_char(${column}, ${literal(type === 'date' ? DAY : SECONDS)})`
  if (!spelled.startsWith('TIMESTAMP')) return undefined
  const format = spelled.endsWith('TIME ZONE') ? `${FRACTIONS} TZH:TZM` : FRACTIONS
  return sql`to_char(${column}, ${literal(format)})`
}

/** One of the formats above. */
function literal(format: string): Fragment {
  return sql.raw(`'${format}'`)
}
