import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { attachRelated } from './attach-related.ts'
import type { ListRequest } from './list-input.ts'
import { identifyingFields, planFields } from './plan-fields.ts'
import { rowFilter } from './plan-filter.ts'
import { planRelated } from './plan-related.ts'
import { readByIds } from './read-by-ids.ts'

/** The records of the request's ids with their related records, in the order asked. */
export async function readIds(
  request: ListRequest,
  { schema, table }: { readonly schema: DatabaseSchema; readonly table: Table },
  context: OperationContext,
): Promise<readonly Row[]> {
  if (request.filter !== undefined && !request.lenient) {
    throw new AppError('bad_request', 'Give either ids or a filter, not both.')
  }
  const related = planRelated(schema, table, request, context)
  const fields = new Set(planFields(table, request.fields))
  for (const { relation } of related) for (const field of relation.fields) fields.add(field)
  const found = await readByIds({
    table,
    keyFields: identifyingFields(table, request.id_field),
    ids: request.ids ?? [],
    fields: [...fields],
    visible: rowFilter(table, context.access),
    goOn: request.continue ?? false,
    context,
  })
  return attachRelated(found, related, context.service.adapter, context)
}
