import { z } from 'zod'
import type { Filter, SelectQuery } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { describedTable, type TableDescription } from './describe.ts'
import { answerInput, fieldList, filterInput, idList, orderText, tableName } from './inputs.ts'
import { identifyingFields, planFields, planOrder } from './plan-fields.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { planGroup } from './plan-group.ts'
import { readByIds } from './read-by-ids.ts'
import { countRows } from './read-rows.ts'
import { attachRelated, planRelated, type RelatedPlan } from './related.ts'
import { accessForbidden, canReadSchema, findTable, loadSchema, tableResource } from './table-access.ts'

const input = z.strictObject({
  table_name: tableName,
  ...answerInput,
  ...filterInput,
  ids: idList.optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  order: orderText.optional(),
  group: fieldList.optional(),
  having: filterInput.filter,
  distinct: z.boolean().optional(),
  include_count: z.boolean().optional(),
  count_only: z.boolean().optional(),
  include_schema: z.boolean().optional(),
  continue: z.boolean().optional(),
  refresh: z.boolean().optional(),
  /** `json`: rows come as encoded text when the engine can hand them over untouched. */
  as: z.enum(['rows', 'json']).optional(),
})
export type ListRecordsInput = z.infer<typeof input>

export interface RecordPage {
  /** With `count_only` nothing else is there. */
  readonly count_only?: number
  readonly rows?: readonly Row[]
  /** Text of `rows`, where the engine had it. */
  readonly rows_json?: string
  /** Text of the row array, in place of `rows`. */
  readonly json?: string
  readonly returned: number
  readonly limit: number
  readonly offset: number
  /** Exact with `rows`; with `json` only when the page is not full or `total` is known. */
  readonly has_more: boolean
  readonly total?: number
  readonly schema?: TableDescription
}

/** Records of a table: by filter, by ids, or grouped. */
export const listRecords = defineOperation<ListRecordsInput, RecordPage>({
  name: 'list_records',
  kind: 'database',
  verb: 'GET',
  needs: ['records.read'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    const schema = await loadSchema(context, request.refresh)
    const table = findTable(schema, request.table_name, context)
    const visible = rowFilter(table, context.access)
    if (request.ids) return pageOfIds(request, request.ids, { schema, table, visible, context })
    const where = allOf(planFilter(table, request, context), visible)
    return page(request, { schema, table, where, context })
  },
})

interface Scope {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
}

async function page(
  request: ListRecordsInput,
  scope: Scope & { readonly where: Filter | undefined },
): Promise<RecordPage> {
  const { schema, table, where, context } = scope
  const { adapter, settings } = context.service
  const most = settings.maxRecords
  const limit = Math.min(request.limit ?? most, most)
  const related = planRelated(schema, table, request, context)
  const query: Omit<SelectQuery, 'as'> = {
    table,
    ...planShape(table, request, related, context),
    ...(where ? { where } : {}),
    limit,
    ...(request.offset ? { offset: request.offset } : {}),
  }
  const { signal } = context
  if (request.count_only) return counted(await countRows(adapter, query, signal))
  const asText = request.as === 'json' && related.length === 0
  const found = asText
    ? await adapter.select({ ...query, as: 'json' }, { signal })
    : await rowsAndOneMore(query, context)
  const count = 'rows' in found ? Math.min(found.rows.length, limit) : found.count
  const offset = request.offset ?? 0
  const full = 'rows' in found ? found.rows.length > limit : count === limit
  const total =
    request.include_count || (full && request.limit === undefined)
      ? await countRows(adapter, query, signal)
      : undefined
  const rows =
    'rows' in found ? await attachRelated(found.rows.slice(0, limit), related, adapter, context) : undefined
  const rowsJson =
    'rows' in found && related.length === 0 ? textOfPage(found.rowsJson, found.rows, limit) : undefined
  return {
    ...(rows ? { rows } : 'json' in found ? { json: found.json } : {}),
    ...(rowsJson === undefined ? {} : { rows_json: rowsJson }),
    returned: count,
    limit,
    offset,
    has_more: total === undefined || 'rows' in found ? full : total > offset + count,
    ...(total === undefined ? {} : { total }),
    ...(request.include_schema ? { schema: readableSchema(schema, table, context) } : {}),
  }
}

/** Fields, grouping and order of the select. */
function planShape(
  table: Table,
  request: ListRecordsInput,
  related: readonly RelatedPlan[],
  context: OperationContext,
): Pick<SelectQuery, 'fields'> & Partial<SelectQuery> {
  const calls = request.fields?.some((field) => field.includes('('))
  if (request.group || request.having || calls) return planGroup(table, request, context)
  const fields = new Set(planFields(table, request.fields))
  for (const { relation } of related) for (const field of relation.fields) fields.add(field)
  const stable = !request.distinct
  const orderBy = planOrder(table, request.order, { stable })
  return {
    fields: [...fields],
    ...(orderBy.length > 0 ? { orderBy } : {}),
    ...(request.distinct ? { distinct: true } : {}),
  } satisfies Partial<SelectQuery>
}

/** One row more than the page holds tells whether there are more. */
async function rowsAndOneMore(
  query: Omit<SelectQuery, 'as'>,
  { service, signal }: OperationContext,
): Promise<{ rows: readonly Row[]; rowsJson?: string }> {
  const found = await service.adapter.select({ ...query, limit: query.limit + 1, as: 'rows' }, { signal })
  if ('rows' in found) return found
  throw new AppError('internal', 'The engine answered with text where rows were asked for.')
}

/** The text of the page's rows: without the row too many, if the engine's text ends as we would write that row. */
function textOfPage(json: string | undefined, rows: readonly Row[], limit: number): string | undefined {
  if (json === undefined || rows.length <= limit) return json
  const end = `,${JSON.stringify(rows[limit])}]`
  return json.endsWith(end) ? `${json.slice(0, -end.length)}]` : undefined
}

/** Reading records is not reading the schema, where a rule says so. */
function readableSchema(schema: DatabaseSchema, table: Table, context: OperationContext): TableDescription {
  const { caller, service } = context
  if (canReadSchema(caller.policy, service.info.name, table.name))
    return describedTable(schema, table, context)
  throw accessForbidden(tableResource('_schema', table.name), context)
}

function counted(count: number): RecordPage {
  return { count_only: count, returned: 0, limit: 0, offset: 0, has_more: false }
}

async function pageOfIds(
  request: ListRecordsInput,
  ids: NonNullable<ListRecordsInput['ids']>,
  { schema, table, visible, context }: Scope & { readonly visible: Filter | undefined },
): Promise<RecordPage> {
  if (request.filter !== undefined && !request.lenient) {
    throw new AppError('bad_request', 'Give either ids or a filter, not both.')
  }
  const related = planRelated(schema, table, request, context)
  const keyFields = identifyingFields(table, request.id_field)
  const fields = new Set(planFields(table, request.fields))
  for (const { relation } of related) for (const field of relation.fields) fields.add(field)
  const found = await readByIds({
    table,
    keyFields,
    ids,
    fields: [...fields],
    visible,
    goOn: request.continue ?? false,
    context,
  })
  if (request.count_only) return counted(found.length)
  const rows = await attachRelated(found, related, context.service.adapter, context)
  return {
    rows,
    returned: rows.length,
    limit: rows.length,
    offset: 0,
    has_more: false,
    ...(request.include_count ? { total: rows.length } : {}),
    ...(request.include_schema ? { schema: readableSchema(schema, table, context) } : {}),
  }
}
