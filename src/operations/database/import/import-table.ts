import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { refusalOf } from '../../../core/caller.ts'
import type { Field, TableDefinition } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import { createRecords } from '../create-records.ts'
import { loadSchema, tableResource } from '../table-access.ts'
import { guessColumn } from './guess-column.ts'

/** Engines cut or refuse longer names. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]{0,62}$/u
const MOST_ROWS = 100_000
const MOST_COLUMNS = 500
/** Rows of one transaction. */
const TOGETHER = 10_000

const input = z.strictObject({
  table_name: z
    .string()
    .regex(NAME, { error: 'must be letters, digits and underscores, and begin with no digit; 63 at most' }),
  /** Of the same columns, each a text or null. */
  rows: z
    .array(z.record(z.string(), z.string().nullable()))
    .min(1, { error: 'must hold a row besides the names' })
    .max(MOST_ROWS, { error: `must hold at most ${MOST_ROWS} rows` }),
})
type ImportInput = z.infer<typeof input>

/**
 * Makes a table of rows of text, with types that fit all of them, and inserts the rows as the caller may. When a row is refused the
 * table goes again. Throws `conflict` for a table that is there, `bad_request` that names a row or a column.
 */
export const importTable = defineOperation<ImportInput, { readonly inserted: number }>({
  name: 'import_table',
  kind: 'database',
  verb: 'POST',
  needs: ['schema.write', 'records.write'],
  input,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run({ table_name: name, rows }, context) {
    const { caller, service, signal } = context
    const access = caller.policy.decide(service.info.name, tableResource('_table', name), 'POST')
    if (!access.allowed) throw refusalOf(caller, access.reason)
    const schema = await loadSchema(context, true)
    const isThere = schema.tables.some((table) => table.name.toLowerCase() === name.toLowerCase())
    if (isThere) throw new AppError('conflict', `Table '${name}' is there already.`)
    const { definition, records } = tableOf(name, rows)
    await service.adapter.alter({ kind: 'create_table', table: definition }, { signal })
    try {
      await loadSchema(context, true)
      await insertAll(name, records, { ...context, access })
    } catch (error) {
      await undo(name, context)
      throw error
    }
    return { inserted: records.length }
  },
})

type Cells = Readonly<Record<string, string | null>>

function tableOf(name: string, rows: readonly Cells[]) {
  const headers = Object.keys(rows[0] ?? {})
  if (headers.length > MOST_COLUMNS)
    throw new AppError('bad_request', `The file has more than ${MOST_COLUMNS} columns.`)
  const ragged = rows.findIndex((row) => !isDeepStrictEqual(Object.keys(row), headers))
  if (ragged >= 0)
    throw new AppError('bad_request', `Row ${ragged + 1} has other columns than the first.`, {
      context: { row: ragged + 1 },
    })
  const names = headers.map(columnName)
  const columns = headers.map((header, at) =>
    guessColumn(
      names[at] ?? '',
      rows.map((row) => row[header] ?? null),
    ),
  )
  const twice = names.find((one, at) => names.findIndex((other) => same(one, other)) !== at)
  if (twice !== undefined) throw new AppError('bad_request', `The file has the column '${twice}' twice.`)
  const records = rows.map(
    (row): Readonly<Record<string, Json>> =>
      Object.fromEntries(
        headers.map((header, at) => [names[at] ?? '', columns[at]?.read(row[header] ?? null) ?? null]),
      ),
  )
  return {
    definition: withKey(
      name,
      columns.map(({ field }) => field),
      records,
    ),
    records,
  }
}

/** `First Name` as `First_Name`. Throws `bad_request` for one that cannot be a name. */
function columnName(header: string): string {
  const name = header.trim().replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
  if (NAME.test(name)) return name
  throw new AppError('bad_request', `The column '${header.slice(0, 100)}' cannot be the name of a field.`, {
    hint: 'Names of fields are letters, digits and underscores, and begin with no digit.',
    context: { column: header.slice(0, 100) },
  })
}

/** A column `id` of different whole numbers is the key; without a column of that name there will be one that counts. */
function withKey(
  name: string,
  fields: readonly Field[],
  records: readonly Readonly<Record<string, Json>>[],
): TableDefinition {
  const table = { name, isView: false, uniqueKeys: [], foreignKeys: [] }
  const id = fields.find((field) => same(field.name, 'id'))
  if (!id) return { ...table, fields: [COUNTING_ID, ...fields], primaryKey: ['id'] }
  const values = records.map((record) => record[id.name])
  const isKey = id.type === 'integer' && !values.includes(null) && new Set(values).size === values.length
  if (!isKey) return { ...table, fields, primaryKey: [] }
  const key: Field = { ...id, allowNull: false }
  return { ...table, fields: fields.map((field) => (field === id ? key : field)), primaryKey: [id.name] }
}

const COUNTING_ID: Field = {
  name: 'id',
  type: 'id',
  dbType: '',
  allowNull: false,
  autoIncrement: true,
  isGenerated: false,
}

async function insertAll(
  name: string,
  records: readonly Readonly<Record<string, Json>>[],
  context: OperationContext,
): Promise<void> {
  for (let at = 0; at < records.length; at += TOGETHER)
    await createRecords.run({ table_name: name, records: records.slice(at, at + TOGETHER) }, context)
}

/** Of what was made for this request alone; also when its caller has gone. */
async function undo(name: string, context: OperationContext): Promise<void> {
  const { service } = context
  await service.adapter.alter({ kind: 'drop_table', table: name }, { signal: AbortSignal.timeout(UNDO_MS) })
  await loadSchema({ ...context, signal: AbortSignal.timeout(UNDO_MS) }, true)
}

const UNDO_MS = 30_000

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
