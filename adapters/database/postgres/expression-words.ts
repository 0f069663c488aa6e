import { sql } from 'kysely'
import type { Fragment } from '../sql/dialect.ts'
import type { ExpressionWords } from '../sql/expression-sql.ts'

/** Functions of texts take the text of whatever they are given. */
const ofText = (name: string) => (list: readonly Fragment[]) => {
  const [first, ...rest] = list
  return sql`${sql.raw(name)}(${sql.join([sql`(${first})::text`, ...rest])})`
}

const datePart = (part: string) => (list: readonly Fragment[]) =>
  sql`extract(${sql.raw(part)} from (${sql.join(list)})::timestamp)::integer`

export const postgresExpressions: ExpressionWords = {
  // The form with backslashes means the same whatever `standard_conforming_strings` says.
  text: (text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'::text`,
  typed: (value, dbType) => (dbType === '' ? value : sql`${value}::${sql.raw(dbType)}`),
  functions: {
    UPPER: ofText('upper'),
    LOWER: ofText('lower'),
    TRIM: ofText('btrim'),
    LTRIM: ofText('ltrim'),
    RTRIM: ofText('rtrim'),
    LENGTH: ofText('length'),
    REPLACE: ofText('replace'),
    SUBSTR: ofText('substr'),
    ROUND: ([value, digits]) =>
      digits === undefined ? sql`round((${value})::numeric)` : sql`round((${value})::numeric, ${digits})`,
    YEAR: datePart('year'),
    MONTH: datePart('month'),
    DAY: datePart('day'),
    HOUR: datePart('hour'),
    ISOWEEK: (list) => sql`to_char((${sql.join(list)})::timestamp, 'IYYYIW')::integer`,
  },
}
