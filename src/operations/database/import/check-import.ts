import { z } from 'zod'
import { type Table, valueClassOf } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError, toAppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import { defineOperation } from '../../../core/operation.ts'
import { ofOneRecord } from '../batch.ts'
import { type InputRecord, tableName } from '../inputs.ts'
import { requireWithinLimit } from '../limited-writes.ts'
import { recordValues } from '../record-values.ts'
import { findTable, loadSchema, tableResource } from '../table-access.ts'

const MOST_ROWS = 1_000_000
/** Checked in one go, before others have their turn. */
const AT_ONCE = 500

const input = z.strictObject({
  table_name: tableName,
  records: z.custom<readonly InputRecord[]>((value) => Array.isArray(value), 'Must be a list of records.'),
  /** All values are texts: those of JSON fields are read as JSON. */
  as_texts: z.boolean(),
})

interface CheckedImport {
  readonly table: string
  readonly records: readonly InputRecord[]
}

/** Rows that are to be imported, looked at before the first is written. Throws `bad_request` with the number of the row, from 1. */
export const checkImport = defineOperation<z.infer<typeof input>, CheckedImport>({
  name: 'check_import',
  kind: 'database',
  verb: 'POST',
  needs: ['records.write', 'transactions'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run({ table_name, records: given, as_texts }, context) {
    const table = findTable(await loadSchema(context), table_name, context)
    if (table.primaryKey.length === 0) throw noKey(table)
    if (given.length === 0) throw new AppError('bad_request', 'There is no row to import.')
    if (given.length > MOST_ROWS)
      throw new AppError('bad_request', `At most ${MOST_ROWS} rows in one import.`)
    requireWithinLimit(context.access.limits, table.name, given.length)
    if (given.length > (context.access.confirmOver ?? Number.POSITIVE_INFINITY)) throw unconfirmed(table)
    const records: InputRecord[] = []
    for (const [index, one] of given.entries()) {
      records.push(
        inRow(index + 1, () => {
          const record = as_texts ? withJson(table, requireObject(one)) : requireObject(one)
          recordValues(table, record, { create: true, lenient: false }, context)
          return record
        }),
      )
      if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve))
    }
    return { table: table.name, records }
  },
})

/** What went wrong in a row, with its number. */
function inRow<T>(row: number, work: () => T): T {
  try {
    return work()
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

function withJson(table: Table, record: InputRecord): InputRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const field = findByName(table.fieldByName, name)
      const isText = field && valueClassOf(field.type) === 'json' && typeof value === 'string'
      return [name, isText ? jsonIn(field.name, value) : value]
    }),
  )
}

function jsonIn(field: string, text: string): Json {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad_request', `Field '${field}' must be valid JSON.`, { cause, context: { field } })
  }
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
