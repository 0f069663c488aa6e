import { randomUUID } from 'node:crypto'
import { access, link, open, rename, rm } from 'node:fs/promises'
import { AppError } from '../../../../src/core/errors.ts'
import { makeShop, type Row, type TableRows } from './make-shop.ts'
import { TABLES } from './schema.ts'
import { INDEXES, VIEWS } from './views.ts'

/**
 * Makes the demo shop at `file`, in a folder that exists: same rows on every machine, WAL mode, statistics in place.
 * It appears under its name only when complete. A file that is already there is left as it is, also when another
 * process finishes first. Throws `unavailable` when the file cannot be written.
 */
export async function createDemoDatabase(file: string): Promise<void> {
  if (await isThere(file)) return
  try {
    await buildAside(file)
  } catch (cause) {
    throw new AppError('unavailable', 'The demo database could not be created.', {
      hint: 'See that its folder can be written and has 20 MB free, or start with SLUICE_DEMO=false.',
      cause,
    })
  }
}

async function buildAside(file: string): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`
  try {
    await build(partial)
    await publish(partial, file)
  } finally {
    for (const ending of ['', '-journal', '-wal', '-shm']) await rm(partial + ending, { force: true })
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** No journal on disk and no waiting for it: until it gets its name, nobody needs this file to survive a crash. */
async function build(file: string): Promise<void> {
  const { default: Database } = await import('libsql')
  const database = new Database(file)
  try {
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; BEGIN')
    database.exec(TABLES)
    for (const table of makeShop()) database.exec(insertRows(table))
    database.exec(`${INDEXES}; ${VIEWS}; ANALYZE; COMMIT`)
    // Last, so that it only marks the file: nothing is left in a -wal beside it.
    database.exec('PRAGMA journal_mode = WAL')
  } finally {
    database.close()
  }
}

const ROWS_A_STATEMENT = 400

/**
 * As text, because the driver ends a prepared statement only when it is garbage-collected and keeps the file open until
 * then (no renaming it on Windows). Every value is ours.
 */
function insertRows({ table, rows }: TableRows): string {
  const columns = Object.keys(rows[0] ?? {})
  const head = `INSERT INTO ${quoted(table, '"')} (${columns.map((column) => quoted(column, '"')).join(', ')}) VALUES`
  const tuples = rows.map((row) => `(${columns.map((column) => literal(row[column])).join(',')})`)
  const starts = Array.from(
    { length: Math.ceil(tuples.length / ROWS_A_STATEMENT) },
    (_, part) => part * ROWS_A_STATEMENT,
  )
  return starts
    .map((start) => `${head} ${tuples.slice(start, start + ROWS_A_STATEMENT).join(',')};`)
    .join('\n')
}

function literal(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? quoted(value, "'") : `X'${Buffer.from(value).toString('hex')}'`
}

function quoted(text: string, mark: string): string {
  return mark + text.replaceAll(mark, mark + mark) + mark
}

/** Gives the finished file its name. A link fails where the name is taken; where links are unknown, it is renamed. */
async function publish(partial: string, file: string): Promise<void> {
  const handle = await open(partial, 'r+')
  await handle.sync().finally(() => handle.close())
  try {
    await link(partial, file)
  } catch {
    if (!(await isThere(file))) await rename(partial, file)
  }
}
