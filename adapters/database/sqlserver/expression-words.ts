import { sql } from 'kysely'
import type { ExpressionWords } from '../sql/expression-sql.ts'

export const sqlserverExpressions: ExpressionWords = {
  text: (text) => `N'${text.replaceAll("'", "''")}'`,
  functions: {
    // It takes two arguments at least.
    CONCAT: (list) => sql`concat(${sql.join([...list, sql`N''`])})`,
    // `len` leaves spaces at the end out.
    LENGTH: ([text]) => sql`(len(cast(${text} as nvarchar(max)) + N'.') - 1)`,
    SUBSTR: ([text, from, length = sql`2147483647`]) => sql`substring(${text}, ${from}, ${length})`,
    TRIM: ([text]) => sql`ltrim(rtrim(${text}))`,
    CEIL: ([number]) => sql`ceiling(${number})`,
    ROUND: ([number, places = sql`0`]) => sql`round(${number}, ${places})`,
    HOUR: ([moment]) => sql`datepart(hour, ${moment})`,
    // The Thursday of its week is in the year of a week: 26 days less the number of the week come close enough.
    ISOWEEK: ([moment]) =>
      sql`(year(dateadd(day, 26 - datepart(iso_week, ${moment}), ${moment})) * 100 + datepart(iso_week, ${moment}))`,
  },
}
