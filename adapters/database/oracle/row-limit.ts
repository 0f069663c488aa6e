import { sql } from 'kysely'
import type { Fragment } from '../sql/dialect.ts'

/** Pages before 12.1: the rows of a sorted select, numbered as they come (SQL Language Reference 11.2, "ROWNUM Pseudocolumn"). */
export function limitedByNumber(
  select: Fragment,
  columns: readonly string[],
  rows: Fragment,
  offset: Fragment | undefined,
): Fragment {
  const outputs = sql.join(columns.map((name) => sql.id('p', name)))
  const page = sql.id('p')
  if (offset === undefined) return sql`select ${outputs} from (${select}) ${page} where rownum <= ${rows}`
  const number = sql.id(freeName(columns))
  const numbered = sql`select ${outputs}, rownum as ${number} from (${select}) ${page} where rownum <= ${offset} + ${rows}`
  return sql`select ${outputs} from (${numbered}) ${page} where ${number} > ${offset} order by ${number}`
}

function freeName(taken: readonly string[]): string {
  let name = 'row_place'
  while (taken.some((other) => other.toLowerCase() === name)) name += '_'
  return name
}
