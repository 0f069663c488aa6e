import type { Records } from '../../core/database/adapter.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Verb } from '../../core/policy.ts'
import type { InputRecord } from '../../operations/database/inputs.ts'
import { runBatch } from '../../operations/database/run-batch.ts'
import { type Prepared, prepareRecords, settled } from './prepare-records.ts'
import { type CheckedRecord, readRecord } from './read-record.ts'
import { rowsNamed } from './require-sound.ts'
import { SYSTEM } from './system-policy.ts'
import { scopeOf, type WritePlan, writtenRow } from './write-plan.ts'
import type { WriteScope } from './write-scope.ts'
import { createWithChildren, updateWithChildren } from './write-with-children.ts'

interface NamedRecords {
  readonly records: readonly InputRecord[]
  readonly continue?: boolean | undefined
  readonly rollback?: boolean | undefined
}

/** Each record changes the one that has its name, or is a new one; it takes the right to whichever it is. */
export async function storeByName(request: NamedRecords, plan: WritePlan): Promise<readonly Row[]> {
  const { house, context, view } = plan
  const items = await prepareRecords(request.records, request, (given) =>
    readRecord(view, given, 'create', house),
  )
  const one = async (item: Prepared<CheckedRecord>, records: Records) => {
    const record = settled(item)
    const scope = scopeOf(plan, records)
    const stored = await storedNamed(plan, record, scope)
    requireRight(plan, stored, scope)
    if (stored) await updateWithChildren(view, stored, record, scope)
    const id = stored ? Number(stored.id) : await createWithChildren(view, record, scope)
    return await writtenRow(id, plan, records)
  }
  return await runBatch({ verb: 'updated', items, work: one }, request, context)
}

async function storedNamed(
  { view }: WritePlan,
  { given }: CheckedRecord,
  scope: WriteScope,
): Promise<Row | undefined> {
  const { nameField: field = 'name' } = view.resource
  const [row] = await rowsNamed(view, { field, value: String(given[field]) }, scope)
  return row
}

/** Throws `forbidden`; rights to some records only are not enough. */
function requireRight({ view }: WritePlan, stored: Row | undefined, { policy }: WriteScope): void {
  const verb: Verb = stored ? 'PATCH' : 'POST'
  const address = stored ? `${view.resource.name}/${String(stored.id)}` : view.resource.name
  const access = policy.decide(SYSTEM, `_table/${address}`, verb)
  if (access.allowed && !access.rowFilter && !access.fields) return
  throw new AppError(
    'forbidden',
    `Access Forbidden. Your role does not allow ${verb} of records of '${view.resource.name}'.`,
  )
}
