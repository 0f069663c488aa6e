import type { Caller } from '../../../core/caller.ts'
import { toAppError } from '../../../core/errors.ts'
import { listRecords } from '../../../operations/database/list-records.ts'
import { tableResource } from '../../../operations/database/table-access.ts'
import type { SystemContext } from '../system-handler.ts'
import type { RowCounts, ServiceView, TableView } from './role-view.ts'

/** Tables of one preview whose rows are counted. */
const MOST_TABLES = 60
/** Of all counting together, in milliseconds. */
const LONGEST_MS = 8_000
const AT_ONCE = 4

/** The services with the rows each filter leaves: of tables that the asking caller reads whole. */
export async function withRowCounts(
  views: readonly ServiceView[],
  role: Caller,
  context: SystemContext,
): Promise<ServiceView[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LONGEST_MS)])
  const wanted = views.flatMap(({ service, tables }) =>
    tables.filter(({ verbs }) => verbs.GET.allowed).map((table) => ({ service, table })),
  )
  const counts = new Map<TableView, RowCounts>()
  const waiting = wanted.slice(0, MOST_TABLES)
  for (const { table } of wanted.slice(MOST_TABLES))
    counts.set(table, unknown(`Rows are counted in ${MOST_TABLES} tables at most: name a service.`))
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      counts.set(next.table, await rowCounts(next.service, next.table, role, { ...context, signal }))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  context.signal.throwIfAborted()
  return views.map((view) => ({
    ...view,
    tables: view.tables.map((table) => {
      const rows = counts.get(table)
      return rows ? { ...table, rows } : table
    }),
  }))
}

async function rowCounts(
  service: string,
  { name, has_row_filter: isFiltered }: TableView,
  role: Caller,
  { caller, deps, signal }: SystemContext,
): Promise<RowCounts> {
  const own = caller.policy.decide(service, tableResource('_table', name), 'GET')
  // Counting under filters of their choice would tell them what is in columns that are hidden from them.
  if (!own.allowed || own.rowFilter || own.fields)
    return unknown('You may not read all of this table yourself.')
  const count = async (as: Caller) => {
    const input = { table_name: name, count_only: true }
    const page = await deps.execute(listRecords, {
      service,
      input,
      caller: as,
      services: deps.services,
      signal,
    })
    return page.count_only ?? null
  }
  try {
    const visible = await count(role)
    return { visible, total: isFiltered ? await count(caller) : visible }
  } catch (thrown) {
    return unknown(signal.aborted ? 'Counting took too long.' : toAppError(thrown).message)
  }
}

function unknown(problem: string): RowCounts {
  return { visible: null, total: null, problem }
}
