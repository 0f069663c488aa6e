import { z } from 'zod'
import { settingsFields } from '../../../src/core/database/settings-fields.ts'
import { readConnectionUrl } from './connection-url.ts'

/** Which tables and routines a service shows. */
export interface SchemaScope {
  /** Blank: all schemas; `default`: the one a bare name means; else the one of this name. */
  readonly schema: string
}

/** What the shared keys mean for one engine. */
interface ServerWords {
  readonly port: number
  /** What the engine takes of `options` and `attributes`, as the end of a sentence. */
  readonly options: string
  readonly attributes: string
  readonly statement: string
}

const keyValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** The config keys that all types of database server have (dreamfactory-rest §7.3). */
export function serverFields({ port, options, attributes, statement }: ServerWords) {
  return {
    url: z
      .string()
      .optional()
      .meta({ secret: true })
      .describe(
        'One connection URL in place of `host`, `port`, `database`, `username` and `password`. Other keys may stand in its query.',
      ),
    host: z.string().trim().default('').describe('Name or address of the server, for example `127.0.0.1`.'),
    port: z.int().min(1).max(65_535).default(port).describe('Port of the server.'),
    database: z.string().default('').describe('Name of the database.'),
    username: z.string().default('').describe('Name of the database user.'),
    password: z
      .string()
      .default('')
      .meta({ secret: true })
      .describe('Password of the database user; blank for none.'),
    schema: z
      .string()
      .trim()
      .default('')
      .describe('Tables of which schema to show: blank for all, `default`, or the name of one.'),
    options: keyValues
      .default({})
      .describe(`Driver options, for configurations of other products. ${options}`),
    attributes: keyValues
      .default({})
      .describe(`Driver attributes, for configurations of other products. ${attributes}`),
    statements: z
      .array(z.string().min(1))
      .default([])
      .describe(`SQL statements to run on every new connection, for example \`${statement}\`.`),
    ...settingsFields,
    read_only: z
      .boolean()
      .default(false)
      .describe('No connection that could write is made: the database itself refuses every change.'),
    pool_size: z
      .int()
      .min(1)
      .max(500)
      .default(10)
      .describe('Most connections for reading, and as many again for writing.'),
    connect_timeout: z
      .number()
      .positive()
      .max(300)
      .default(10)
      .describe('Longest time that opening a connection may take, in seconds.'),
    statement_timeout: z
      .number()
      .positive()
      .max(86_400)
      .optional()
      .describe("Longest time that one statement may run, in seconds; absent: the server's own limit."),
  }
}

/**
 * The config schema of a type of database server: strict, a `url` is taken apart into the other keys, and an address must be
 * there. What it gives can be parsed again.
 */
export function serverConfig<S extends z.ZodRawShape>(fields: S, schemes: readonly string[]) {
  const object = z.strictObject(fields).superRefine((config, context) => {
    const { host, database, unix_socket } = address.parse(config)
    const missing = database === '' ? 'database' : host === '' && !unix_socket ? 'host' : undefined
    if (missing) context.addIssue({ code: 'custom', path: [missing], message: NO_ADDRESS })
  })
  return z.preprocess((input, context) => {
    const read = readConnectionUrl(input, fields, schemes)
    if ('config' in read) return read.config
    context.addIssue({ code: 'custom', path: ['url'], message: read.problem })
    return z.NEVER
  }, object)
}

/** dreamfactory-rest §7.3; whoever shows it ends the sentence. */
const NO_ADDRESS = 'Database connection information must contain at least host and database name'

const address = z.object({
  host: z.string().default(''),
  database: z.string().default(''),
  unix_socket: z.string().optional(),
})
