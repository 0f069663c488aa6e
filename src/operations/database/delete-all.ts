import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { DELETE_ALL } from '../../core/policy.ts'
import { openConsent } from './consent/consent.ts'
import { changedMeanwhile, lookAtNamed, sampleOf } from './consent/look-first.ts'
import { countRows } from './read-rows.ts'
import { tableResource } from './table-access.ts'
import { previewed, type WriteAnswer } from './write-answer.ts'

interface DeleteAllInput {
  readonly force?: boolean | undefined
  readonly by_agent?: true | undefined
}

/** Deletes every record the caller may delete, of those who may do that at once. */
export async function deleteAll(
  table: Table,
  inside: Filter | undefined,
  request: DeleteAllInput,
  context: OperationContext,
): Promise<WriteAnswer> {
  if (!request.force)
    throw new AppError('bad_request', 'No filter or records given for delete request.', {
      hint: 'Name ids or a filter.',
    })
  if (request.by_agent)
    throw new AppError('forbidden', `'force' alone clears nothing here.`, { hint: 'Name ids or a filter.' })
  const { caller, service } = context
  const component = tableResource(DELETE_ALL, table.name)
  if (!caller.policy.decide(service.info.name, component, 'DELETE').allowed) {
    throw new AppError('forbidden', 'Deleting all records at once is for administrators.', {
      hint: 'Name ids or a filter.',
    })
  }
  const write = { operation: 'delete_records', target: table.name, request }
  const consent = openConsent(write, context)
  const query = { table, ...(inside ? { where: inside } : {}) }
  return service.adapter.transaction(async (records) => {
    const fields = table.fields.slice(0, 1).map(({ name }) => name)
    const count = consent.looks ? await countRows(records, { ...query, fields, limit: 1 }, context.signal) : 0
    const sample = () => sampleOf({ table, key: [], where: inside ?? ALL }, records, context)
    const preview = consent.looks ? await lookAtNamed({ what: 'deletes', count }, consent, sample) : undefined
    if (preview) return previewed(preview)
    const { affected } = await records.delete({ ...query, returning: [] }, context)
    if (consent.looks && affected !== count) throw changedMeanwhile()
    return { rows: [], affected }
  }, context)
}

const ALL: Filter = { op: 'and', all: [] }
