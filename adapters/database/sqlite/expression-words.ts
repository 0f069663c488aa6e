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
  },
}
