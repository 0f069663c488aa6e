import { z } from 'zod'
import { rowsOfText } from '../../core/database/rows-of-text.ts'
import { type Field, type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { attachRelated } from './attach-related.ts'
import { answerInput, tableName } from './inputs.ts'
import { identifyingFields, planFields } from './plan-fields.ts'
import { allOf, rowFilter } from './plan-filter.ts'
import { keyOf, whereKey } from './plan-ids.ts'
import { planRelated } from './plan-related.ts'
import { only, recordNotFound } from './read-by-ids.ts'
import { recordTag } from './record-tag.ts'
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

export interface TaggedRecord {
  readonly row: Row
  /** Text of the row, where the engine had it and nothing was added: as a list of records has it. */
  readonly json?: string
  /** There when all fields were read. */
  readonly tag?: string
}

/** The same with what changes when it does. */
export const getTaggedRecord = defineOperation<GetRecordInput, TaggedRecord>({ ...shared, run: read })

async function read(request: GetRecordInput, context: OperationContext): Promise<TaggedRecord> {
  const schema = await loadSchema(context)
  const table = findTable(schema, request.table_name, context)
  const keyFields = identifyingFields(table, request.id_field)
  const related = planRelated(schema, table, request, context)
  const asked = planFields(table, request.fields)
  const joins = related.flatMap(({ relation }) => relation.fields)
  const fields = joins.length === 0 ? asked : [...new Set([...asked, ...joins])]
  const where = allOf(
    whereKey(keyFields, keyOf(table, keyFields, request.id)),
    rowFilter(table, context.access),
  )
  const query = { table, fields, ...(where ? { where } : {}), limit: 2, as: 'json' } as const
  const found = await context.service.adapter.select(query, { signal: context.signal })
  const rows = 'rows' in found ? found.rows : rowsOfText(found.json, documentsOf(table, fields))
  const [row] = rows
  if (!row) throw recordNotFound(request.id)
  if (rows.length > 1)
    throw new AppError('conflict', `More than one record has the identifier '${request.id}'.`, {
      hint: 'Use a filter.',
    })
  const [whole] = await attachRelated([row], related, context.service.adapter, context)
  const tag = request.fields === undefined || request.fields.includes('*') ? recordTag(row) : undefined
  return {
    row: whole ?? only(fields, row),
    ...('json' in found && related.length === 0 && { json: withoutBrackets(found.json) }),
    ...(tag !== undefined && { tag }),
  }
}

function documentsOf(table: Table, names: readonly string[]): readonly string[] {
  const isDocument = ({ name, type }: Field) => valueClassOf(type) === 'json' && names.includes(name)
  return table.fields.filter(isDocument).map(({ name }) => name)
}

/** The one element of a list. */
function withoutBrackets(list: string): string {
  return list.slice(list.indexOf('[') + 1, list.lastIndexOf(']'))
}
