import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { createDemoDatabase } from '../../../adapters/database/sqlite/demo/create.ts'

export interface DemoFile {
  readonly folder: string
  readonly file: string
  tables(): readonly string[]
  columns(sql: string): readonly string[]
  rows(sql: string): readonly (readonly unknown[])[]
  /** One figure. */
  value(sql: string): unknown
  remove(): Promise<void>
}

/** A demo database of its own in a temporary folder. */
export async function createDemoFile(): Promise<DemoFile> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'))
  const file = join(folder, 'demo.sqlite')
  await createDemoDatabase(file)
  const database = new Database(file)
  const rows = (sql: string) => database.prepare(sql).raw().all() as unknown[][] // libsql types rows as unknown; raw() makes arrays
  return {
    folder,
    file,
    tables: () =>
      rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
      ).map(([name]) => String(name)),
    columns: (sql) =>
      database
        .prepare(sql)
        .columns()
        .map((column) => column.name),
    rows,
    value: (sql) => rows(sql)[0]?.[0],
    remove: async () => {
      database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Over every row of every table, in the order of their keys. */
export function hashRows(demo: DemoFile): string {
  const hash = createHash('sha256')
  for (const table of demo.tables()) {
    hash.update(`${table}\n`)
    for (const row of demo.rows(`SELECT * FROM "${table}" ORDER BY 1, 2`))
      hash.update(`${JSON.stringify(row)}\n`)
  }
  return hash.digest('hex')
}
