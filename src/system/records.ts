import type { Records } from '../core/database/adapter.ts'
import { buildSchema } from '../core/database/build-schema.ts'
import type { SelectQuery } from '../core/database/query.ts'
import type { Table, TableDefinition } from '../core/database/schema.ts'
import type { Row } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'

/** Rows a statement reads: answers of an engine have a size limit. */
const PAGE = 5_000

/** The table as queries want it. */
export function tableNamed(definition: TableDefinition): Table {
  const table = buildSchema([definition]).tables[0]
  if (!table) throw new AppError('internal', `Table '${definition.name}' is not there.`)
  return table
}

/** All rows, or those behind the key `after`, all fields, in order of the key, which is one integer. */
export async function rowsOf(
  records: Records,
  table: Table,
  signal: AbortSignal,
  after?: number,
): Promise<readonly Row[]> {
  const [key = 'id'] = table.primaryKey
  const query: SelectQuery = {
    table,
    fields: table.fields.map(({ name }) => name),
    orderBy: [{ by: key, direction: 'asc' }],
    limit: PAGE,
    as: 'rows',
  }
  const dates = table.fields.flatMap(({ name, type }) => (type === 'timestamp' ? [name] : []))
  const all: Row[] = []
  const behind = (value: number): SelectQuery => ({ ...query, where: { op: '>', field: key, value } })
  for (let page = await select(records, after === undefined ? query : behind(after), signal); ; ) {
    all.push(...page.map((row) => withPlainDates(row, dates)))
    const last = page.at(-1)?.[key]
    if (page.length < PAGE || typeof last !== 'number') return all
    page = await select(records, behind(last), signal)
  }
}

/** An engine that was not told its own type of a column may write a date as ISO 8601 does. */
function withPlainDates(row: Row, dates: readonly string[]): Row {
  const changed = dates.flatMap((name) => {
    const value = row[name]
    return typeof value === 'string' && value[10] === 'T' ? [[name, value.replace('T', ' ')] as const] : []
  })
  return changed.length === 0 ? row : { ...row, ...Object.fromEntries(changed) }
}

async function select(records: Records, query: SelectQuery, signal: AbortSignal): Promise<readonly Row[]> {
  const result = await records.select(query, { signal })
  if ('rows' in result) return result.rows
  throw new AppError('internal', 'Rows were asked for and JSON came.')
}

/** For a call to the system database that no request waits for. */
export function callSignal(): AbortSignal {
  return AbortSignal.timeout(30_000)
}

export function now(): string {
  return dateTime(new Date())
}

/** UTC, `YYYY-MM-DD HH:MM:SS`: the form of every date in the system database. */
export function dateTime(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ')
}
