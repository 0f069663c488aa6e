import type { DatabaseSchema, Table } from '../../../core/database/schema.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { requirePossible } from '../contradicts.ts'
import type { InputRecord } from '../inputs.ts'
import { splitRecord } from '../nested/nested-record.ts'
import { recordValues } from '../record-values.ts'
import { writeFilter } from '../write-keys.ts'
import { openConsent, type Write } from './consent.ts'
import { lookAtNamed } from './look-first.ts'
import { nestedOver } from './nested-consent.ts'
import { type Preview, SAMPLE_ROWS, sampleRow } from './preview.ts'

type CreateRequest = Write['request'] & {
  readonly records: readonly InputRecord[]
  readonly lenient?: boolean | undefined
}

/** Looks at records before they are made. Undefined when they may be. */
export async function lookAtNew(
  schema: DatabaseSchema,
  table: Table,
  request: CreateRequest,
  context: OperationContext,
): Promise<Preview | undefined> {
  const { records, lenient = false } = request
  const over = nestedOver(schema, table, records, context)
  const write = { operation: 'create_records', target: table.name, request, nestedOver: over }
  const consent = openConsent(write, context)
  if (!consent.looks) return undefined
  return lookAtNamed({ what: 'creates', count: records.length }, consent, async () => {
    for (const record of records) {
      const { own, nested } = splitRecord(schema, table, record, context)
      // What a record belongs to gives it values that it does not say itself.
      const values = recordValues(table, own, { create: nested.length === 0, lenient }, context)
      requirePossible(writeFilter(table, context), values)
    }
    return { sample_after: records.slice(0, SAMPLE_ROWS).map(sampleRow) }
  })
}
