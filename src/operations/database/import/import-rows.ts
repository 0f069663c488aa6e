import { z } from 'zod'
import type { Row } from '../../../core/database/value.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import { createRecords, createTogether } from '../create-records.ts'
import { type InputRecord, recordList, tableName } from '../inputs.ts'
import { requireWithinLimit } from '../limited-writes.ts'
import { inTransaction } from '../steps/in-transaction.ts'
import { tableResource } from '../table-access.ts'
import { rowError } from './check-import.ts'

type BeforeCommit = (keys: readonly Row[]) => Promise<void>

const input = z.strictObject({
  table_name: tableName,
  records: recordList,
  /** Rows of the import before these. */
  offset: z.int().min(0),
  /** Given the keys of the rows while they can still be taken back. */
  before_commit: z.custom<BeforeCommit>((value) => typeof value === 'function'),
})
type ImportInput = z.infer<typeof input>

/** A part of an import: all of its rows or none. Throws with the number of the row that is refused. */
export const importRows = defineOperation<ImportInput, { readonly inserted: number }>({
  name: 'import_rows',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write', 'transactions'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run({ table_name, records, offset, before_commit }, context) {
    requireWithinLimit(context.access.limits, table_name, offset + records.length)
    const inOneTransaction = (insert: (inner: OperationContext) => Promise<readonly Row[] | undefined>) =>
      context.service.adapter.transaction(
        async (within) => {
          const keys = await insert(inTransaction(context, within))
          if (!keys) throw new Refused()
          await before_commit(keys)
        },
        { signal: context.signal, retry: true },
      )
    try {
      await inOneTransaction((inner) => createTogether({ table_name, records }, inner))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      await inOneTransaction((inner) => oneByOne(table_name, records, offset, inner))
    }
    return { inserted: records.length }
  },
})

/** Ends the transaction; the next one finds out why. */
class Refused extends Error {}

async function oneByOne(
  table_name: string,
  records: readonly InputRecord[],
  offset: number,
  context: OperationContext,
): Promise<readonly Row[]> {
  const keys: Row[] = []
  for (const [index, record] of records.entries()) {
    try {
      const { rows } = await createRecords.run({ table_name, records: [record] }, context)
      keys.push(...rows)
    } catch (error) {
      throw rowError(offset + index + 1, error)
    }
  }
  return keys
}
