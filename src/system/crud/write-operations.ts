import type { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type Operation } from '../../core/operation.ts'
import type { Verb } from '../../core/policy.ts'
import type { InputRecord, RecordId } from '../../operations/database/inputs.ts'
import { runBatch } from '../../operations/database/run-batch.ts'
import { answered, type WriteAnswer } from '../../operations/database/write-answer.ts'
import type { WriteOptions } from '../write-context.ts'
import { type Prepared, prepareRecords, settled } from './prepare-records.ts'
import { type CheckedRecord, readRecord } from './read-record.ts'
import { storeByName } from './store-by-name.ts'
import {
  type CreateInput,
  createInput,
  type DeleteInput,
  deleteInput,
  type StoreInput,
  storeInput,
  type UpdateInput,
  updateInput,
} from './write-inputs.ts'
import {
  answerRow,
  idsByFilter,
  planWrite,
  scopeOf,
  storedInside,
  type WriteHouse,
  type WritePlan,
  writtenRow,
} from './write-plan.ts'
import { deleteRecord } from './write-record.ts'
import { contextOf } from './write-scope.ts'
import { createWithChildren, updateWithChildren } from './write-with-children.ts'

export interface WriteOperations {
  readonly create: Operation<CreateInput, WriteAnswer>
  readonly update: Operation<UpdateInput, WriteAnswer>
  readonly replace: Operation<UpdateInput, WriteAnswer>
  readonly remove: Operation<DeleteInput, WriteAnswer>
  /** POST of records of which some may be there, by name. */
  readonly store: Operation<StoreInput, WriteAnswer>
  /** PUT and PATCH of them. */
  readonly restore: Operation<StoreInput, WriteAnswer>
}

/** Writes of system records; each runs through `execute` like any other operation. */
export function createWriteOperations(house: WriteHouse): WriteOperations {
  const define = <I extends SomeInput>(
    verb: Verb,
    input: z.ZodType<I>,
    work: (request: I, plan: WritePlan) => Promise<readonly Row[]>,
  ): Operation<I, WriteAnswer> =>
    defineOperation<I, WriteAnswer>({
      name: `${verb.toLowerCase()}_system_records`,
      kind: 'database',
      verb,
      needs: ['records.write'],
      input,
      resource: ({ resource, id }) => `_table/${resource}${id === undefined ? '' : `/${id}`}`,
      async run(request, context) {
        const view = house.views.of(request.resource)
        const plan = planWrite(view, { ...request, replace: verb === 'PUT' }, house, context)
        return answered(await work(request, plan))
      },
    })
  return {
    create: define('POST', createInput, create),
    update: define('PATCH', updateInput, update),
    // PUT is PATCH (dreamfactory-rest §7.1), but for what a record holds as an object.
    replace: define('PUT', updateInput, update),
    remove: define('DELETE', deleteInput, remove),
    store: define('POST', storeInput, storeByName),
    restore: define('PATCH', storeInput, storeByName),
  }
}

interface SomeInput extends WriteOptions {
  readonly resource: string
  readonly id?: number | undefined
  readonly fields?: string[] | undefined
  readonly related?: string[] | undefined
}

async function create(request: CreateInput, plan: WritePlan): Promise<readonly Row[]> {
  const { house, context, view } = plan
  requireRecords(request.records)
  const scope = scopeOf(plan, house.database)
  const items = await prepareRecords(request.records, request, async (given) => {
    const record = await readRecord(view, given, 'create', house)
    if (request.validate) await view.resource.tryOut?.(record.given, contextOf(scope, undefined))
    return record
  })
  if (request.validate === 'only') return triedOut(items)
  const one = async (item: Prepared<CheckedRecord>, records: Records) => {
    const id = await createWithChildren(view, settled(item), scopeOf(plan, records))
    return await writtenRow(id, plan, records)
  }
  return await runBatch({ verb: 'created', items, work: one }, request, context)
}

interface Change {
  readonly id: RecordId
  readonly record: CheckedRecord
}

async function update(request: UpdateInput, plan: WritePlan): Promise<readonly Row[]> {
  const { context } = plan
  const items = await changesOf(request, plan)
  if (request.validate === 'only') return triedOut(items)
  const one = async (item: Prepared<Change>, records: Records) => {
    const { id, record } = settled(item)
    const scope = scopeOf(plan, records)
    const stored = await storedInside(id, plan, scope)
    await updateWithChildren(plan.view, stored, record, scope)
    return await writtenRow(Number(stored.id), plan, records)
  }
  const [item] = items
  if (request.id === undefined || !item)
    return await runBatch({ verb: 'updated', items, work: one }, request, context)
  return [await context.service.adapter.transaction((records) => one(item, records), context)]
}

/** One change for all selected records, or each record by the id it brings. */
async function changesOf(request: UpdateInput, plan: WritePlan): Promise<readonly Prepared<Change>[]> {
  const { house, view } = plan
  requireRecords(request.records)
  const [first = {}] = request.records
  const ids = await selectedIds(request, plan)
  const wanted = ids?.map((id) => ({ id, given: first })) ?? request.records.map(withId)
  const scope = scopeOf(plan, house.database)
  return await prepareRecords(wanted, request, async ({ id, given }) => {
    const record = await readRecord(view, given, 'update', house)
    if (request.validate) {
      const stored = await storedInside(id, plan, scope)
      await view.resource.tryOut?.(record.given, contextOf(scope, stored))
    }
    return { id, record }
  })
}

/** No rows, for none was written. Throws what one would have been refused for. */
function triedOut(items: readonly Prepared<unknown>[]): readonly Row[] {
  for (const item of items) settled(item)
  return []
}

async function remove(request: DeleteInput, plan: WritePlan): Promise<readonly Row[]> {
  const { context } = plan
  const ids =
    (await selectedIds(request, plan)) ?? request.records?.map((record, index) => withId(record, index).id)
  if (!ids || (ids.length === 0 && request.filter === undefined)) throw nothingToDelete(request)
  const one = async (id: RecordId, records: Records) => {
    const scope = scopeOf(plan, records)
    const stored = await storedInside(id, plan, scope)
    const answer = await answerRow(Number(stored.id), plan, records)
    await deleteRecord(plan.view, stored, scope)
    return answer
  }
  const [id] = ids
  if (request.id === undefined || id === undefined)
    return await runBatch({ verb: 'deleted', items: ids, work: one }, request, context)
  return [await context.service.adapter.transaction((records) => one(id, records), context)]
}

async function selectedIds(
  request: UpdateInput | DeleteInput,
  plan: WritePlan,
): Promise<readonly RecordId[] | undefined> {
  if (request.id !== undefined) return [request.id]
  if (request.ids) return request.ids
  return request.filter === undefined ? undefined : await idsByFilter(request, plan)
}

function withId({ id, ...given }: InputRecord, index: number): { id: RecordId; given: InputRecord } {
  if (typeof id === 'number' || typeof id === 'string') return { id, given }
  throw new AppError('bad_request', `Required id field(s) not found in record ${index}: id`)
}

function requireRecords(records: readonly InputRecord[]): void {
  if (records.length === 0) throw new AppError('bad_request', 'No record(s) detected in request.')
}

/** `force` never empties a table here. */
function nothingToDelete({ force }: DeleteInput): AppError {
  return new AppError('bad_request', 'No filter or records given for delete request.', {
    hint: force
      ? 'System tables are not emptied: name the records.'
      : 'Name the records: by id, by ids, by a filter, or in the body.',
  })
}
