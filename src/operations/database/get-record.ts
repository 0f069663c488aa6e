import { z } from 'zod'
import type { Row } from '../../core/database/value.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { narrowTable } from '../field-view/narrow-table.ts'
import { attachRelated } from './attach-related.ts'
import { answerInput, tableName } from './inputs.ts'
import { planRelated } from './plan-related.ts'
import { only } from './read-by-ids.ts'
import { planRecord, recordFound, selectRecord, type TaggedRecord } from './record-plan.ts'
import { findTable, loadSchema, recordResource } from './table-access.ts'

const input = z.strictObject({ table_name: tableName, id: z.string().min(1), ...answerInput })
type GetRecordInput = z.infer<typeof input>

const shared = {
  name: 'get_record',
  kind: 'database',
  verb: 'GET',
  needs: ['records.read'],
  input,
  resource: recordResource,
} as const

/** One record by its identifier. */
export const getRecord = defineOperation<GetRecordInput, Row>({
  ...shared,
  run: async (request, context) => (await read(request, context)).row,
})

/** The same with what changes when it does. */
export const getTaggedRecord = defineOperation<GetRecordInput, TaggedRecord>({ ...shared, run: read })

async function read(request: GetRecordInput, context: OperationContext): Promise<TaggedRecord> {
  const schema = await loadSchema(context)
  const found = findTable(schema, request.table_name, context)
  const { fields: allowed } = context.access
  // Rules for one record may show less than those for the table.
  const table = allowed ? narrowTable(found, allowed) : found
  const { adapter } = context.service
  const related = planRelated(schema, table, request, context)
  const joins = related.flatMap(({ relation }) => relation.fields)
  const plan = planRecord(table, request, joins)
  const query = selectRecord(plan, request.id, context.access)
  const record = recordFound(await adapter.select(query, { signal: context.signal }), plan, request.id)
  if (related.length === 0) return record
  const { row, json: _, ...rest } = record
  const [whole] = await attachRelated([row], related, adapter, context)
  return { ...rest, row: whole ?? only(plan.fields, row) }
}
