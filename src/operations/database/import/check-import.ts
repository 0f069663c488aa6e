import { z } from 'zod'
import type { Table } from '../../../core/database/schema.ts'
import { AppError, toAppError } from '../../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import { ofOneRecord } from '../batch.ts'
import { type InputRecord, tableName } from '../inputs.ts'
import { requireWithinLimit } from '../limited-writes.ts'
import { withHintsFor } from '../read-access.ts'
import { readTexts } from '../read-texts.ts'
import { recordValues } from '../record-values.ts'
import { findTable, loadSchema, tableResource } from '../table-access.ts'

const MOST_ROWS = 10_000_000

const input = z.strictObject({
  table_name: tableName,
  rows: z.custom<AsyncIterable<unknown>>((value) => isRows(value), 'Must be rows.'),
  /** All values are texts: those of JSON fields are read as JSON. */
  as_texts: z.boolean(),
})

interface CheckedImport {
  readonly table: string
  readonly records: AsyncIterable<InputRecord>
}

/**
 * Rows that are to be imported, each looked at when it is taken, which is before the first is written. Throws `bad_request` with
 * the number of the row, from 1.
 */
export const checkImport = defineOperation<z.infer<typeof input>, CheckedImport>({
  name: 'check_import',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write', 'transactions'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run({ table_name, rows, as_texts }, context) {
    const table = findTable(await loadSchema(context), table_name, context)
    if (table.primaryKey.length === 0) throw noKey(table)
    return { table: table.name, records: checked(table, rows, as_texts, context) }
  },
})

async function* checked(
  table: Table,
  rows: AsyncIterable<unknown>,
  asTexts: boolean,
  context: OperationContext,
): AsyncGenerator<InputRecord> {
  const { limits, confirmOver = Number.POSITIVE_INFINITY } = context.access
  let number = 0
  for await (const row of rows) {
    number++
    requireWithinLimit(limits, table.name, number)
    if (number > confirmOver) throw unconfirmed(table)
    if (number > MOST_ROWS) throw new AppError('bad_request', `At most ${MOST_ROWS} rows in one import.`)
    yield inRow(number, table, context, () => {
      const record = asTexts ? readTexts(table, requireObject(row)) : requireObject(row)
      recordValues(table, record, { create: true, lenient: false }, context)
      return record
    })
  }
  if (number === 0) throw new AppError('bad_request', 'There is no row to import.')
}

function isRows(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** What went wrong in a row, with its number, and advice for who may see the schema. */
function inRow<T>(row: number, table: Table, context: OperationContext, work: () => T): T {
  try {
    return withHintsFor(table, context, work)
  } catch (thrown) {
    throw rowError(row, thrown)
  }
}

export function rowError(row: number, thrown: unknown): AppError {
  const error = toAppError(thrown)
  const { code, hint, cause, retryable } = error
  const details = { retryable, cause, context: { row }, ...(hint === undefined ? {} : { hint }) }
  return new AppError(code, `Row ${row}: ${ofOneRecord(error)}`, details)
}

function requireObject(record: unknown): InputRecord {
  if (isRecord(record)) return record
  throw new AppError('bad_request', 'A record must be an object.')
}

function isRecord(value: unknown): value is InputRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unconfirmed({ name }: Table): AppError {
  return new AppError(
    'forbidden',
    `Your role confirms what it creates in '${name}': imports are not confirmed.`,
    {
      hint: 'Insert the records with POST on _table, which can be.',
    },
  )
}

function noKey({ name }: Table): AppError {
  return new AppError(
    'bad_request',
    `'${name}' has no primary key, so an import could not be taken up again.`,
    {
      hint: 'Insert the records with POST on _table.',
    },
  )
}
