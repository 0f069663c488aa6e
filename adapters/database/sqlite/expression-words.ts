import { sql } from 'kysely'
import type { Fragment } from '../sql/dialect.ts'
import type { ExpressionWords } from '../sql/expression-sql.ts'

/** Nulls count as no text when texts are joined, as everywhere in the house. */
const concat = (list: readonly Fragment[]): Fragment =>
  sql`(${sql.join(
    list.map((part) => sql`coalesce(${part}, '')`),
    sql` || `,
  )})`

const datePart = (format: string) => (list: readonly Fragment[]) =>
  sql`cast(strftime(${sql.raw(`'${format}'`)}, ${sql.join(list)}) as integer)`

/** The year and number of the week that the Thursday of the same week is in. */
const isoWeek = (list: readonly Fragment[]): Fragment => {
  const thursday = sql`date(${sql.join(list)}, '-3 days', 'weekday 4')`
  return sql`(cast(strftime('%Y', ${thursday}) as integer) * 100 + (cast(strftime('%j', ${thursday}) as integer) - 1) / 7 + 1)`
}

const one = (list: readonly Fragment[]): Fragment => sql`${sql.join(list)}`

export const sqliteExpressions: ExpressionWords = {
  text: (text) => `'${text.replaceAll("'", "''")}'`,
  functions: {
    CONCAT: concat,
    // The functions of mathematics are not in every build.
    FLOOR: (list) => sql`(cast(${one(list)} as integer) - (${one(list)} < cast(${one(list)} as integer)))`,
    CEIL: (list) => sql`(cast(${one(list)} as integer) + (${one(list)} > cast(${one(list)} as integer)))`,
    YEAR: datePart('%Y'),
    MONTH: datePart('%m'),
    DAY: datePart('%d'),
    HOUR: datePart('%H'),
    ISOWEEK: isoWeek,
  },
}
