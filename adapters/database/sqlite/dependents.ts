import { AppError } from '../../../src/core/errors.ts'
import { quoted } from './column-definition.ts'
import type { Work } from './schema-work.ts'

/**
 * What in the database does not work: views and triggers that cannot be compiled (1 each), and how many rows of a table refer to
 * a missing row. Looked at before and after a change, since a database may come with such things.
 */
export async function breakages(work: Work, table: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map([...(await brokenViews(work))].map((view) => [`view ${view}`, 1]))
  const withTriggers = await namesOf(
    work,
    `SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger'`,
  )
  for (const one of withTriggers) {
    const broken = await brokenWrites(work, one)
    if (broken > 0) found.set(`triggers of ${one}`, broken)
  }
  for (const child of await tablesAround(work, table))
    found.set(`keys of ${child}`, await danglingRows(work, child))
  return found
}

/** Views that cannot be read. */
export async function brokenViews(work: Work): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const view of await namesOf(work, `SELECT name FROM sqlite_schema WHERE type = 'view'`))
    if (await fails(() => work.run(`SELECT * FROM ${quoted(view)} LIMIT 0`))) found.add(view)
  return found
}

/** The table, and those that refer to it. */
async function tablesAround(work: Work, table: string): Promise<string[]> {
  const sql = `SELECT DISTINCT l.name FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name, 'main') f
    WHERE l.schema = 'main' AND l.type = 'table' AND f."table" = ? COLLATE NOCASE`
  const children = await namesOf(work, sql, [table])
  return [...new Set([table, ...children])]
}

/** Compiling a write compiles the triggers that it would set off: these write to no row. */
async function brokenWrites(work: Work, table: string): Promise<number> {
  const columns = await namesOf(work, 'SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0', [table])
  const sets = columns.map((name) => `${quoted(name)} = ${quoted(name)}`).join(', ')
  const names = columns.map(quoted).join(', ')
  const writes = [
    `UPDATE ${quoted(table)} SET ${sets} WHERE 0`,
    `DELETE FROM ${quoted(table)} WHERE 0`,
    `INSERT INTO ${quoted(table)} (${names}) SELECT ${names} FROM ${quoted(table)} WHERE 0`,
  ]
  let broken = 0
  for (const sql of writes) if (await fails(() => work.run(sql))) broken++
  return broken
}

/** A key that fits no unique key of the other table fails the check itself: then no row of it is right. */
async function danglingRows(work: Work, table: string): Promise<number> {
  try {
    const [row] = await work.rows('SELECT count(*) FROM pragma_foreign_key_check(?)', ['count'], [table])
    return Number(row?.count ?? 0)
  } catch (error) {
    if (isAboutTheSchema(error)) return Number.MAX_SAFE_INTEGER
    throw error
  }
}

async function namesOf(work: Work, sql: string, parameters: readonly string[] = []): Promise<string[]> {
  const rows = await work.rows(sql, ['name'], parameters)
  return rows.map(({ name }) => String(name))
}

async function fails(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt()
    return false
  } catch (error) {
    if (isAboutTheSchema(error)) return true
    throw error
  }
}

function isAboutTheSchema(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'timeout' && error.code !== 'unavailable'
}
