import { resolve } from 'node:path'
import { z } from 'zod'
import { databaseSettings, settingsFields } from '../../../src/core/database/settings-fields.ts'
import { defineServiceType } from '../../../src/core/service-type.ts'
import { SQLITE_CAPABILITIES } from './capabilities.ts'

const keyValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

const config = z.strictObject({
  database: z
    .string()
    .min(1)
    .meta({ path: true })
    .describe(
      'Path of the database file, absolute or relative to the configuration; `:memory:` for one that is gone with the server.',
    ),
  read_only: z
    .boolean()
    .default(false)
    .describe('Open the file for reading only: no connection that could write is made.'),
  readers: z.int().min(1).max(16).default(2).describe('Most processes that read at the same time.'),
  options: keyValues
    .default({})
    .describe('Driver options, for configurations of other products. SQLite has none.'),
  attributes: keyValues
    .default({})
    .describe('Driver attributes, for configurations of other products. SQLite has none.'),
  statements: z
    .array(z.string().min(1))
    .default([])
    .describe('SQL statements to run on every new connection, for example `PRAGMA cache_size = -20000`.'),
  ...settingsFields,
})

export const sqlite = defineServiceType({
  name: 'sqlite',
  label: 'SQLite',
  description: 'Database service supporting SQLite connections.',
  group: 'Database',
  kind: 'database',
  capabilities: SQLITE_CAPABILITIES,
  config,
  url: { schemes: ['sqlite'], toConfig: (url) => ({ database: pathOf(url) }) },
  settings: (config) => databaseSettings(config),
  async open({ database, read_only, readers, statements }, { baseDir, statementTimeoutMs }) {
    const { openSqlite } = await import('./open.ts')
    return openSqlite({
      file: database === ':memory:' ? database : resolve(baseDir, database),
      readOnly: read_only,
      readers,
      statements,
      statementTimeoutMs,
    })
  },
})

/** `sqlite:./shop.db`, `sqlite:/data/shop.db`, `sqlite:///data/shop.db`; the path as it is, nothing is decoded. */
function pathOf(url: string): string {
  return url.slice(url.indexOf(':') + 1).replace(/^\/\/(?=\/)/, '')
}
