import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { attachRelated } from './attach-related.ts'
import type { ListRequest } from './list-input.ts'
import { identifyingFields, planFields } from './plan-fields.ts'
import { rowFilter } from './plan-filter.ts'
import { idInRecord } from './plan-ids.ts'
import { planRelated } from './plan-related.ts'
import { readByIds } from './read-by-ids.ts'

/** The records of the request's ids with their related records, in the order asked. */
export async function readIds(
  request: ListRequest,
  { schema, table }: { readonly schema: DatabaseSchema; readonly table: Table },
  context: OperationContext,
): Promise<readonly Row[]> {
  requireNothingBeside(request)
  const related = planRelated(schema, table, request, context)
  const fields = new Set(planFields(table, request.fields))
  for (const { relation } of related) for (const field of relation.fields) fields.add(field)
  const keyFields = identifyingFields(table, request.id_field)
  const { ids = [] } = request
  const found = await readByIds({
    table,
    keyFields,
    ids: request.ids_in_records ? ids.map((record) => idInRecord(keyFields, record)) : ids,
    fields: [...fields],
    visible: rowFilter(table, context.access),
    goOn: request.continue ?? false,
    context,
  })
  return attachRelated(found, related, context.service.adapter, context)
}

/** Where a client of the original asks, ids win over filter and group (dreamfactory-rest §4.6). Nothing else is passed over. */
function requireNothingBeside(request: ListRequest): void {
  const { ids = [], filter, where, limit, offset, lenient } = request
  if (where !== undefined || (filter !== undefined && !lenient))
    throw new AppError('bad_request', 'Give either ids or a filter, not both.')
  const isCut = (offset ?? 0) > 0 ? 'offset' : limit !== undefined && limit < ids.length ? 'limit' : undefined
  const refused = lenient ? NOT_BESIDE : [...NOT_BESIDE, 'group' as const]
  const name = refused.find((option) => isAsked(request[option])) ?? isCut
  if (name === undefined) return
  throw new AppError('bad_request', `'${name}' does not go with ids.`, {
    hint: `The records of ids come whole and in the order of the ids: leave out ${name}, or use a filter in place of ids.`,
  })
}

const NOT_BESIDE = ['having', 'distinct', 'order'] as const

function isAsked(value: unknown): boolean {
  return value !== undefined && value !== false
}
