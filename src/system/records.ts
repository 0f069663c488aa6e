import type { Records } from '../core/database/adapter.ts'
import { buildSchema } from '../core/database/build-schema.ts'
import type { Filter, SelectQuery } from '../core/database/query.ts'
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
  const all: Row[] = []
  for await (const page of pagesOf(records, table, { signal, after })) for (const row of page) all.push(row)
  return all
}

/** The same in parts, for who does not keep them all; of these fields alone, where they are named. */
export async function* pagesOf(
  records: Records,
  table: Table,
  { signal, after, fields }: { readonly signal: AbortSignal } & Part,
): AsyncGenerator<readonly Row[]> {
  const [key = 'id'] = table.primaryKey
  const query = { ...wholeRows(table, key), ...(fields && { fields }), limit: PAGE }
  const behind = (value: number): Filter => ({ op: '>', field: key, value })
  for (let where = after === undefined ? undefined : behind(after); ; ) {
    const page = await selectRows(records, { ...query, ...(where && { where }) }, signal)
    yield page
    const last = page.at(-1)?.[key]
    if (page.length < PAGE || typeof last !== 'number') return
    where = behind(last)
  }
}

interface Part {
  readonly after?: number | undefined
  readonly fields?: readonly string[] | undefined
}

/** Those rows that are there, all fields, in order of the key. */
export async function rowsWithIds(
  records: Records,
  table: Table,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const all: Row[] = []
  for (let from = 0; from < ids.length; from += MOST_IDS) {
    const where = { op: 'in', field: 'id', values: ids.slice(from, from + MOST_IDS) } as const
    const page = await selectRows(records, { ...wholeRows(table, 'id'), where, limit: MOST_IDS }, signal)
    all.push(...page)
  }
  return all
}

/** Values a statement binds: engines have a limit. */
const MOST_IDS = 1_000

function wholeRows(table: Table, key: string) {
  const fields = table.fields.map(({ name }) => name)
  return { table, fields, orderBy: [{ by: key, direction: 'asc' }] } as const
}

/** Dates as `YYYY-MM-DD HH:MM:SS`. */
export async function selectRows(
  records: Pick<Records, 'select'>,
  query: Omit<SelectQuery, 'as'>,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const result = await records.select({ ...query, as: 'rows' }, { signal })
  if (!('rows' in result)) throw new AppError('internal', 'Rows were asked for and JSON came.')
  const { fieldByName } = query.table
  const dates = query.fields.filter((name) => fieldByName.get(name.toLowerCase())?.type === 'timestamp')
  return dates.length === 0 ? result.rows : result.rows.map((row) => withPlainDates(row, dates))
}

/** An engine that was not told its own type of a column may write a date as ISO 8601 does. */
function withPlainDates(row: Row, dates: readonly string[]): Row {
  const changed = dates.flatMap((name) => {
    const value = row[name]
    return typeof value === 'string' && value[10] === 'T' ? [[name, value.replace('T', ' ')] as const] : []
  })
  return changed.length === 0 ? row : { ...row, ...Object.fromEntries(changed) }
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
