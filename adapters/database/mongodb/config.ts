import { z } from 'zod'
import { settingsFields } from '../../../src/core/database/settings-fields.ts'
import { readUrl } from './connection-url.ts'

const keyValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

function pemFile(what: string) {
  return z.string().min(1).optional().meta({ path: true }).describe(`PEM file with ${what}.`)
}

const fields = {
  url: z
    .string()
    .optional()
    .meta({ secret: true })
    .describe(
      'One connection string (`mongodb://` or `mongodb+srv://`) in place of `host`, `port`, `username` and `password`; several hosts and the options of MongoDB may stand in it.',
    ),
  dsn: z
    .string()
    .optional()
    .meta({ secret: true })
    .describe('The same as `url`, for configurations of other products.'),
  host: z.string().trim().default('').describe('Name or address of the server, for example `127.0.0.1`.'),
  port: z.int().min(1).max(65_535).default(27_017).describe('Port of the server.'),
  database: z.string().default('').describe('Name of the database; may stand in `url` instead.'),
  username: z
    .string()
    .default('')
    .describe('Name of the database user; blank where the server asks for none.'),
  password: z
    .string()
    .default('')
    .meta({ secret: true })
    .describe('Password of the database user; blank for none.'),
  auth_source: z
    .string()
    .default('')
    .describe('Database in which the user is kept; blank: the one of the connection string, else `admin`.'),
  replica_set: z
    .string()
    .default('')
    .describe(
      'Name of the replica set, so that its other members are found; blank for none, or what `url` says.',
    ),
  tls: z
    .boolean()
    .optional()
    .describe('Encrypt the connection and check the certificate; absent: what `url` says.'),
  tls_ca_file: pemFile('the certificates of the authorities that are trusted, in place of the public ones'),
  tls_certificate_key_file: pemFile('the certificate that this service shows to the server, and its key'),
  tls_allow_invalid_certificates: z
    .boolean()
    .default(false)
    .describe('Take any certificate: whoever is between can read and change everything.'),
  options: keyValues
    .default({})
    .describe(
      'Further options of a connection string, for example `{"readPreference": "secondaryPreferred"}`.',
    ),
  driver_options: keyValues
    .default({})
    .describe('Driver options, for configurations of other products. This driver takes none.'),
  ...settingsFields,
  read_only: z
    .boolean()
    .default(false)
    .describe(
      'Nothing is ever written by this service. The database has no session that refuses changes: give it a user with the role `read` as well.',
    ),
  pool_size: z.int().min(1).max(500).default(10).describe('Most connections to each server.'),
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
    .describe("Longest time that one command may run, in seconds; absent: this server's own limit."),
}

const MISSING = 'Database connection information must contain at least host and database name'

/** Strict; what it gives can be parsed again. */
export const mongodbConfig = z.strictObject(fields).superRefine((config, context) => {
  const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  const { url = config.dsn, dsn, host, database, username, password } = config
  if (config.url !== undefined && dsn !== undefined)
    return wrong('dsn', 'url is given as well: give one of them')
  if (url === undefined) {
    if (database === '') wrong('database', MISSING)
    else if (host === '') wrong('host', MISSING)
    return
  }
  const key = config.url === undefined ? 'dsn' : 'url'
  const read = readUrl(url)
  if ('problem' in read) return wrong(key, read.problem)
  const twice = host !== '' ? 'host' : username !== '' ? 'username' : password !== '' ? 'password' : undefined
  if (twice)
    return wrong(key, `${twice} is given as well: give either a URL or host, port, username, password`)
  if (read.database !== '' && database !== '' && read.database !== database)
    return wrong(key, 'database is given as well, and it is another one')
  if (read.database === '' && database === '') wrong('database', MISSING)
})

export type MongodbConfig = z.output<typeof mongodbConfig>
