import { sql } from 'kysely'
import type { ExpressionWords } from '../sql/expression-sql.ts'

export const oracleExpressions: ExpressionWords = {
  text: (text) => `'${text.replaceAll("'", "''")}'`,
  functions: {
    // The function takes two texts only. Null is the empty text here.
    CONCAT: (list) => sql`(${sql.join(list, sql` || `)})`,
    YEAR: (list) => sql`extract(year from ${sql.join(list)})`,
    MONTH: (list) => sql`extract(month from ${sql.join(list)})`,
    DAY: (list) => sql`extract(day from ${sql.join(list)})`,
    // A DATE has hours, which EXTRACT does not give.
    HOUR: (list) => sql`to_number(to_char(${sql.join(list)}, 'HH24'))`,
    ISOWEEK: (list) => sql`to_number(to_char(${sql.join(list)}, 'IYYYIW'))`,
    // With one argument there is nothing to choose from, which the function refuses.
    COALESCE: (list) => (list.length === 1 ? sql`${list[0] ?? sql``}` : sql`coalesce(${sql.join(list)})`),
  },
}
