import { resolve } from 'node:path'
import { z } from 'zod'
import { databaseSettings } from '../../../src/core/database/settings-fields.ts'
import { defineServiceType } from '../../../src/core/service-type.ts'
import { serverConfig, serverFields } from '../sql/server-config.ts'
import { POSTGRES_CAPABILITIES } from './capabilities.ts'
import { SSL_MODES } from './session-options.ts'

const pemFile = (what: string) =>
  z.string().min(1).optional().meta({ path: true }).describe(`Path of ${what}, as PEM.`)

const fields = {
  ...serverFields({
    port: 5432,
    options: 'PostgreSQL services use none of them.',
    attributes: 'PostgreSQL services use none of them.',
    statement: 'SET search_path TO app, public',
  }),
  charset: z
    .string()
    .regex(/^(utf-?8|unicode)$/i, 'must be utf8: PostgreSQL converts every text to it')
    .default('utf8')
    .describe('Character set of the connection: always utf8, whatever the database has.'),
  sslmode: z
    .enum(SSL_MODES)
    .default('prefer')
    .describe(
      'Encryption of the connection: `disable`, `allow`, `prefer` (if the server offers it), `require`, `verify-ca` (its certificate is checked) or `verify-full` (its certificate and its name are checked).',
    ),
  sslrootcert: pemFile('the certificates of the authorities that are trusted, in place of the public ones'),
  sslcert: pemFile('the certificate that this service shows to the server'),
  sslkey: pemFile('the key of `sslcert`'),
  timezone: z
    .string()
    .min(1)
    .default('UTC')
    .describe('Time zone in which moments with a zone are shown, for example `Europe/Paris`.'),
  application_name: z
    .string()
    .default('sluice')
    .describe('Name by which the server lists the connections of this service.'),
  unix_socket: z
    .string()
    .regex(/^\//, 'must be an absolute path')
    .optional()
    .describe('Folder of the socket of a server on this machine, in place of `host`.'),
  prepared_statements: z
    .boolean()
    .default(true)
    .describe('Set it to false behind a connection pooler that gives each transaction to another session.'),
}

export const pgsql = defineServiceType({
  name: 'pgsql',
  label: 'PostgreSQL',
  description: 'Database service supporting PostgreSQL connections.',
  group: 'Database',
  kind: 'database',
  capabilities: POSTGRES_CAPABILITIES,
  config: serverConfig(fields, ['postgres', 'postgresql', 'alloydb']),
  url: { schemes: ['postgres', 'postgresql'], toConfig: (url) => ({ url }) },
  settings: (config) => databaseSettings(config),
  async open(config, { baseDir, statementTimeoutMs }) {
    const { openPostgres } = await import('./open.ts')
    const file = (path: string | undefined) => (path === undefined ? undefined : resolve(baseDir, path))
    return openPostgres({
      host: config.unix_socket ?? config.host,
      port: config.port,
      database: config.database,
      user: config.username,
      password: config.password,
      schema: config.schema,
      ssl: {
        mode: config.sslmode,
        caFile: file(config.sslrootcert),
        certFile: file(config.sslcert),
        keyFile: file(config.sslkey),
      },
      applicationName: config.application_name,
      timeZone: config.timezone,
      statements: config.statements,
      preparedStatements: config.prepared_statements,
      isReadOnly: config.read_only,
      poolSize: config.pool_size,
      connectTimeoutMs: config.connect_timeout * 1000,
      statementTimeoutMs:
        config.statement_timeout === undefined ? statementTimeoutMs : config.statement_timeout * 1000,
    })
  },
})
