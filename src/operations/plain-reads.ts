import type { Caller } from '../core/caller.ts'
import type { SelectQuery, SelectResult } from '../core/database/query.ts'
import type { DatabaseSchema, Table } from '../core/database/schema.ts'
import type { Row } from '../core/database/value.ts'
import { isOutdated } from '../core/errors.ts'
import { findByName } from '../core/names.ts'
import type { OperationContext } from '../core/operation.ts'
import type { DatabaseService, Services } from '../core/service.ts'
import { plainListPlan, plainRecordPlan } from './database/plain-plans.ts'
import { allOf, planFilter, rowFilter } from './database/plan-filter.ts'
import {
  type RecordText,
  recordFound,
  recordText,
  selectRecord,
  type TaggedRecord,
} from './database/record-plan.ts'
import { tableResource } from './database/table-access.ts'
import { tableFacts } from './database/table-facts.ts'
import { cutCursor, type TextPage, textPage } from './database/text-page.ts'
import { withoutSecrets } from './execute.ts'
import { servicesFor } from './field-view/services-for.ts'

/** A read with nothing unusual in it, of a table by its own name. */
interface PlainRead {
  readonly service: string
  readonly table: string
  readonly fields?: readonly string[] | undefined
}

export interface PlainRecordRead extends PlainRead {
  readonly id: string
}

export interface PlainListRead extends PlainRead {
  readonly filter?: string | undefined
  readonly order?: string | undefined
  /** More than a service gives at a time is cut to that. */
  readonly limit: number
  readonly offset: number
}

interface Surroundings {
  readonly caller: Caller
  readonly services: Services
  readonly signal: AbortSignal
}

/** A read that was let in and planned, and has yet to run. */
export interface ReadyRead<T> {
  readonly service: DatabaseService
  /** What roles and limits call it. */
  readonly resource: string
  /** Undefined when the tables are not what they were: then `execute` is to read again. Throws as it does. */
  run(): Promise<T | undefined>
}

/**
 * What `execute` does with `get_record`, in fewer steps: nothing is parsed or looked up that the table alone decides. Who may read
 * what is asked for every request, and nothing of a caller is kept. Undefined where a step of `execute` would wait, refuse or do
 * more: then that is for `execute` to do.
 */
export function plainRecord(
  read: PlainRecordRead,
  around: Surroundings,
): ReadyRead<TaggedRecord | RecordText> | undefined {
  return prepared(read, read.id, around, (context, place) => {
    // Of rules for one record, which may show other fields than the table's, nothing is kept.
    if (context.access.fields) return undefined
    const plan = plainRecordPlan(place.table, read)
    const query = selectRecord(plan, read.id, context.access)
    return { query, shown: (found) => recordText(found, plan) ?? recordFound(found, plan, read.id) }
  })
}

/** The same of `list_records`. */
export function plainList(read: PlainListRead, around: Surroundings): ReadyRead<SelectResult> | undefined {
  return prepared(read, undefined, around, (context, place) => {
    const plan = plainListPlan(place.table, read)
    if (!plan) return undefined
    return { query: listQuery(read, plan.query, context, place), shown: (found) => found }
  })
}

/** The same for a reader of text: whether there are more is told exactly. */
export function plainPage(read: PlainListRead, around: Surroundings): ReadyRead<PlainPage> | undefined {
  return prepared(read, undefined, around, (context, place) => {
    const plan = plainListPlan(place.table, read)
    if (!plan || plan.hasBytes) return undefined
    const { seekOrder: order } = plan
    // Without a key more fields have to tell the rows of an order apart.
    if (read.order !== undefined && tableFacts(place.table).keyOrder.length === 0) return undefined
    // More has to be read for a cursor.
    if (order && !order.every(({ by }) => plan.query.fields.includes(by))) return undefined
    const query = listQuery(read, plan.query, context, place)
    const { limit } = query
    return {
      query: { lines: limit, ...query, limit: limit + 1 },
      shown(found) {
        const count = 'rows' in found ? found.rows.length : found.count
        const cursors = { order, request: read, context }
        const page =
          'rows' in found
            ? {
                rows: found.rows.slice(0, limit),
                cut_cursor: cutCursor((index) => found.rows[index], query, cursors),
              }
            : textPage(found, query, cursors)
        return {
          returned: Math.min(count, limit),
          limit,
          offset: read.offset,
          has_more: count > limit,
          ...page,
        }
      },
    }
  })
}

export interface PlainPage extends Partial<TextPage> {
  /** Where the engine writes no text. */
  readonly rows?: readonly Row[]
  readonly returned: number
  readonly limit: number
  readonly offset: number
  readonly has_more: boolean
}

function listQuery(
  { filter, limit, offset }: PlainListRead,
  plan: Pick<SelectQuery, 'fields' | 'orderBy'>,
  context: OperationContext,
  { schema, table }: Place,
): SelectQuery {
  const asked = filter === undefined ? undefined : planFilter(table, { filter }, context, schema)
  const where = allOf(asked, rowFilter(table, context.access))
  return {
    table,
    ...plan,
    ...(where ? { where } : {}),
    limit: Math.min(limit, context.service.settings.maxRecords),
    ...(offset ? { offset } : {}),
    as: 'json',
  }
}

interface Planned<T> {
  readonly query: SelectQuery
  readonly shown: (found: SelectResult) => T
}

function prepared<T>(
  read: PlainRead,
  id: string | undefined,
  around: Surroundings,
  plan: (context: OperationContext, place: Place) => Planned<T> | undefined,
): ReadyRead<T> | undefined {
  const { caller, signal } = around
  const services = servicesFor(caller.policy, around.services)
  const place = placeOf(read, { caller, signal, services })
  // What is read along with every record is more than a plain read.
  if (!place || tableFacts(place.table).readsAlong) return undefined
  const { service } = place
  const resource = tableResource('_table', read.table, id)
  const access = caller.policy.decide(service.info.name, resource, 'GET')
  if (!access.allowed || access.limits) return undefined
  const context = { caller, service, access, verb: 'GET', signal, seal: services.seal, services } as const
  const planned = ifNothingIsWrong(() => plan(context, place))
  if (!planned) return undefined
  return {
    service,
    resource,
    async run() {
      try {
        return planned.shown(await service.adapter.select(planned.query, { signal }))
      } catch (error) {
        if (!isOutdated(error)) throw withoutSecrets(error, resource, service.info.name, caller)
        await service.schema({ signal, refresh: true })
        return undefined
      }
    },
  }
}

interface Place {
  readonly service: DatabaseService
  readonly schema: DatabaseSchema
  readonly table: Table
}

/** Where the table is, if the service is open and its schema known. */
function placeOf({ service: name, table: called }: PlainRead, around: Surroundings): Place | undefined {
  const { caller, services } = around
  const info = services.find(name)
  if (!info?.isActive || !caller.policy.reaches(info.name)) return undefined
  const service = services.opened(info.name)
  const schema = service?.schemaNow()
  const table = schema && findByName(schema.tableByName, called)
  if (!service || !table || !service.adapter.capabilities.has('records.read')) return undefined
  return { service, schema, table }
}

/** What is wrong is found again by `execute`, which tells it. */
function ifNothingIsWrong<T>(plan: () => T): T | undefined {
  try {
    return plan()
  } catch {
    return undefined
  }
}
