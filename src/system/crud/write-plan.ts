import type { DatabaseAdapter, Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RecordId } from '../../operations/database/inputs.ts'
import { requireInside } from '../../operations/database/keyed-rows.ts'
import { allOf, planFilter, rowFilter } from '../../operations/database/plan-filter.ts'
import { keyOf } from '../../operations/database/plan-ids.ts'
import { readRows } from '../../operations/database/read-rows.ts'
import { answerFor, planAnswer } from '../../operations/database/write-answer.ts'
import { planWriteKeys } from '../../operations/database/write-keys.ts'
import type { WriteOptions, WriteTools } from '../write-context.ts'
import { viewRecords } from './view-records.ts'
import type { View, Views } from './views.ts'
import { recordMissing } from './write-record.ts'
import { storedById, type WriteScope } from './write-scope.ts'

export interface WriteHouse {
  readonly views: Views
  readonly tools: WriteTools
  readonly database: DatabaseAdapter
}

/** One request's writes to one resource. */
export interface WritePlan {
  readonly view: View
  readonly house: WriteHouse
  readonly context: OperationContext
  readonly answer: ReturnType<typeof planAnswer>
  /** Rows the caller may write: they must lie inside before and after. */
  readonly inside: Filter | undefined
  readonly options: WriteOptions
}

interface AnswerRequest {
  readonly fields?: string[] | undefined
  readonly related?: string[] | undefined
}

/** Throws `forbidden` when the answer would be more than the caller may read. */
export function planWrite(
  view: View,
  request: AnswerRequest & WriteOptions,
  house: WriteHouse,
  context: OperationContext,
): WritePlan {
  const { regenerate, force, replace, unconfirmed, emailProof } = request
  const keys = planWriteKeys(view.visible, undefined, context)
  return {
    view,
    house,
    context,
    answer: planAnswer({ schema: house.views.schema, table: view.visible, keys }, request, context),
    inside: rowFilter(view.visible, context.access),
    options: { regenerate, force, replace, unconfirmed, emailProof },
  }
}

/** `records` are stored rows: of the transaction, or the database itself before it. */
export function scopeOf({ house, context, options }: WritePlan, records: Records): WriteScope {
  const { caller, signal } = context
  const { views, tools } = house
  const isAdmin = caller.kind === 'admin'
  return { views, tools, options, userId: caller.userId, policy: caller.policy, isAdmin, records, signal }
}

/** Throws `not_found` for a record that is not there, or not for this caller. */
export async function storedInside(id: RecordId, plan: WritePlan, scope: WriteScope): Promise<Row> {
  const { view, inside } = plan
  const stored = await storedById(view, numberOf(view, id), scope)
  if (!stored) throw recordMissing(textOf(id))
  if (!inside) return stored
  const where = allOf({ op: '=', field: 'id', value: Number(stored.id) }, inside) ?? inside
  const query = { table: view.visible, fields: ['id'], where, limit: 1 }
  const [row] = await readRows(viewRecords(scope.records, scope.views), query, scope.signal)
  if (!row) throw recordMissing(textOf(id))
  return stored
}

/** The answer for a written record, which must still be one of the caller's. */
export async function writtenRow(id: number, plan: WritePlan, records: Records): Promise<Row> {
  const { view, inside, house, context } = plan
  const rows = { table: view.visible, key: ['id'], rows: [{ id }], inside }
  await requireInside(rows, { records: viewRecords(records, house.views), context })
  return await answerRow(id, plan, records)
}

export async function answerRow(id: number, plan: WritePlan, records: Records): Promise<Row> {
  const { view, house, context, answer } = plan
  const place = { records: viewRecords(records, house.views), context }
  const [row] = await answerFor(view.visible, [{ id }], answer, place)
  return row ?? { id }
}

/** Records a filter finds. */
export async function idsByFilter(
  request: { readonly filter?: string | undefined },
  { view, context, inside }: WritePlan,
): Promise<readonly number[]> {
  const where = allOf(planFilter(view.visible, request, context, undefined), inside)
  const query = { table: view.visible, fields: ['id'], ...(where && { where }), limit: MOST_BY_FILTER + 1 }
  const rows = await readRows(context.service.adapter, query, context.signal)
  if (rows.length <= MOST_BY_FILTER) return rows.map(({ id }) => Number(id))
  throw new AppError('bad_request', `The filter finds more than ${MOST_BY_FILTER} records.`)
}

const MOST_BY_FILTER = 1_000

function numberOf(view: View, id: RecordId): number {
  try {
    return Number(keyOf(view.visible, ['id'], id)[0])
  } catch (error) {
    if (error instanceof AppError) throw recordMissing(textOf(id))
    throw error
  }
}

function textOf(id: RecordId): string {
  return typeof id === 'object' ? Object.values(id).join(',') : String(id)
}
