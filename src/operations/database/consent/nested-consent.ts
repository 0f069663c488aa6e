import type { DatabaseSchema, Table } from '../../../core/database/schema.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { Verb } from '../../../core/policy.ts'
import type { InputRecord } from '../inputs.ts'
import { splitRecord } from '../nested/nested-record.ts'
import { tableResource } from '../table-access.ts'

/** By each of these a related record may be written. */
const WRITES: readonly Verb[] = ['POST', 'PATCH', 'DELETE']

/**
 * 0 where rules want writes in some related table confirmed, and the records write into it: how many rows are let go there is known
 * only to the write itself. Infinite where none does.
 */
export function nestedOver(
  schema: DatabaseSchema,
  table: Table,
  records: readonly InputRecord[],
  context: OperationContext,
): number {
  return records.some((record) => wantsConfirmation(schema, table, record, context))
    ? 0
    : Number.POSITIVE_INFINITY
}

function wantsConfirmation(
  schema: DatabaseSchema,
  table: Table,
  record: InputRecord,
  context: OperationContext,
): boolean {
  const { nested } = splitRecord(schema, table, record, context)
  return nested.some(
    ({ target, junction, items }) =>
      [target, ...(junction ? [junction] : [])].some((one) => isConfirmed(one, context)) ||
      items.some((item) => wantsConfirmation(schema, target, item, context)),
  )
}

function isConfirmed({ name }: Table, { caller, service }: OperationContext): boolean {
  return WRITES.some((verb) => {
    const access = caller.policy.decide(service.info.name, tableResource('_table', name), verb)
    return access.allowed && (access.confirmOver ?? Number.POSITIVE_INFINITY) !== Number.POSITIVE_INFINITY
  })
}
