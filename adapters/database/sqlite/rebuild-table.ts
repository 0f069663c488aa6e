import { randomUUID } from 'node:crypto'
import type { CallOptions, SchemaChange } from '../../../src/core/database/adapter.ts'
import { type Field, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError, isOutdated } from '../../../src/core/errors.ts'
import type { Connection } from '../sql/connection.ts'
import { grouped } from './catalogue-rows.ts'
import { list, quoted } from './column-definition.ts'
import { breakages } from './dependents.ts'
import { newTableText } from './new-table-text.ts'
import type { Parameter } from './protocol.ts'
import { type Work, workOn } from './schema-work.ts'

export type TableRebuild = Extract<SchemaChange, { readonly kind: 'change_table' }>

/**
 * Makes a table anew and moves its rows over, with their row numbers (sqlite.org/lang_altertable.html §7). Inside a transaction on a
 * connection that does not enforce foreign keys and renames in the old way: else dropping the old table would delete what refers
 * to it. Indexes, triggers and counters come along; what would break is refused.
 */
export async function rebuildTable(
  connection: Connection<Parameter>,
  change: TableRebuild,
  options: CallOptions,
): Promise<void> {
  const table = change.table.name
  const work = workOn(connection, options)
  const objects = await work.rows(
    `SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL`,
    ['type', 'name', 'sql'],
    [table],
  )
  const own = objects.find(({ type, name }) => type === 'table' && isSame(name, table))
  if (!own) throw gone()
  const broken = await breakages(work, table)
  const lost = await indexesOn(work, change)
  const made = `sluice_${randomUUID()}`
  await stillFits(() => work.run(newTableText(String(own.sql), change, made)))
  await moveRows(work, change, made)
  await work.run(`DROP TABLE ${quoted(table)}`)
  await work.run(`ALTER TABLE ${quoted(made)} RENAME TO ${quoted(String(own.name))}`)
  for (const index of objects.filter(({ type, name }) => type === 'index' && !lost.has(String(name))))
    await stillFits(() => work.run(String(index.sql)))
  for (const trigger of objects.filter(({ type }) => type === 'trigger')) await work.run(String(trigger.sql))
  for (const field of change.addIndexes)
    await work.run(`CREATE INDEX ${quoted(`ndx_${table}_${field}`)} ON ${quoted(table)} (${quoted(field)})`)
  const now = await breakages(work, table)
  if ([...now].some(([what, count]) => count > (broken.get(what) ?? 0))) throw inUse()
}

/** Indexes of the table that have a part in what is dropped, or are dropped themselves. */
async function indexesOn(
  work: Work,
  { table, drop, dropIndexes = [], dropUniqueKeys = [] }: TableRebuild,
): Promise<ReadonlySet<string>> {
  const sql = `SELECT i.name, i."unique", i.partial, c.name FROM pragma_index_list(?) i JOIN pragma_index_info(i.name) c`
  const parts = await work.rows(sql, ['name', 'is_unique', 'is_partial', 'field'], [table.name])
  const indexes = [...grouped(parts, ({ name }) => String(name))].map(([name, of]) => ({
    name: String(name),
    isUnique: Number(of[0]?.is_unique) === 1,
    isPartial: Number(of[0]?.is_partial) === 1,
    fields: of.map(({ field }) => String(field)),
  }))
  const has = (keys: readonly (readonly string[])[], fields: readonly string[]) =>
    keys.some((key) => key.join('\u0000').toLowerCase() === fields.join('\u0000').toLowerCase())
  const single = dropIndexes.map((field) => [field])
  for (const [field = ''] of single)
    if (!indexes.some(({ isUnique, fields }) => !isUnique && has([[field]], fields)))
      throw leadsSeveral(field)
  return new Set(
    indexes
      .filter(
        ({ isUnique, isPartial, fields }) =>
          fields.some((field) => drop.some((one) => isSame(field, one))) ||
          (!isPartial && has(isUnique ? dropUniqueKeys : single, fields)),
      )
      .map(({ name }) => name),
  )
}

function leadsSeveral(field: string): AppError {
  return new AppError(
    'not_supported',
    `'${field}' leads an index of several fields, which cannot be dropped here.`,
  )
}

/** Generated columns are computed again; a row number that no column shows is carried by one of its three names. */
async function moveRows(work: Work, { table, drop, change }: TableRebuild, made: string): Promise<void> {
  const columns = await work.rows(
    'SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)',
    ['name', 'type', 'key', 'hidden'],
    [table.name],
  )
  const [facts] = await work.rows(
    `SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE`,
    ['without_rowid'],
    [table.name],
  )
  const stored = columns
    .filter(({ name, hidden }) => Number(hidden) === 0 && !drop.some((one) => isSame(name, one)))
    .map(({ name }) => String(name))
  const number = ['rowid', '_rowid_', 'oid'].find((one) => !columns.some(({ name }) => isSame(name, one)))
  const hasNumber = Number(facts?.without_rowid) === 0 && !(await hasNumberColumn(work, table.name, columns))
  const moved = hasNumber && number !== undefined ? [number, ...stored] : stored
  const values = moved
    .map((name) =>
      fitting(
        name,
        change.find((field) => isSame(name, field.name)),
      ),
    )
    .join(', ')
  await work.run(`INSERT INTO ${quoted(made)} (${list(moved)}) SELECT ${values} FROM ${quoted(table.name)}`)
  await moveCounter(work, table.name, made)
}

/** Lengths mean nothing to SQLite: texts that are too long for the column as it will be are cut here, as other engines do. */
function fitting(name: string, field: Field | undefined): string {
  const column = quoted(name)
  if (field?.length === undefined || valueClassOf(field.type) !== 'text') return column
  return `CASE typeof(${column}) WHEN 'text' THEN substr(${column}, 1, ${Math.trunc(field.length)}) ELSE ${column} END`
}

/** A single key of the very type INTEGER is the row number itself (sqlite.org/lang_createtable.html#rowid). */
async function hasNumberColumn(work: Work, table: string, columns: readonly Row[]): Promise<boolean> {
  const keys = columns.filter(({ key }) => Number(key) > 0)
  if (keys.length !== 1 || !isSame(keys[0]?.type, 'integer')) return false
  const indexes = await work.rows(
    `SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'`,
    ['name'],
    [table],
  )
  return indexes.length === 0
}

/** AUTOINCREMENT never gives a number twice, also of rows that are gone. The table of counters is there once one was needed. */
async function moveCounter(work: Work, table: string, made: string): Promise<void> {
  const there = await work.rows(`SELECT name FROM sqlite_schema WHERE name = 'sqlite_sequence'`, ['name'])
  if (there.length === 0) return
  await work.run('DELETE FROM sqlite_sequence WHERE name = ?', [made])
  await work.run(
    'INSERT INTO sqlite_sequence (name, seq) SELECT ?, seq FROM sqlite_sequence WHERE name = ? COLLATE NOCASE',
    [made, table],
  )
}

function isSame(left: unknown, right: string): boolean {
  return String(left).toLowerCase() === right.toLowerCase()
}

function gone(): AppError {
  return new AppError('not_found', 'The table is not there any more: the database was changed.', {
    hint: 'The schema has been read again: describe the table, then correct the request.',
    retryable: true,
  })
}

/** A rule, a computed column or an index may name what is dropped. */
async function stillFits(make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (error) {
    throw isOutdated(error) ? inUse(error) : error
  }
}

export function inUse(cause?: unknown): AppError {
  return new AppError(
    'conflict',
    'A view, a trigger or a rule of the database needs what would be changed.',
    {
      hint: 'Change that first. Nothing was changed.',
      cause,
    },
  )
}
