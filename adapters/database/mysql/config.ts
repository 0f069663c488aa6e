import { z } from 'zod'
import { serverConfig, serverFields } from '../sql/server-config.ts'
import { SSL_MODES } from './server-options.ts'

function pemFile(what: string) {
  return z.string().min(1).optional().meta({ path: true }).describe(`PEM file with ${what}.`)
}

const fields = {
  ...serverFields({
    port: 3306,
    options: 'This driver takes none.',
    attributes: 'This driver takes none.',
    statement: 'SET SESSION lock_wait_timeout = 10',
  }),
  unix_socket: z
    .string()
    .trim()
    .optional()
    .describe("Path of the server's socket, in place of `host` and `port`."),
  charset: z
    .enum(['utf8mb4', 'utf8'])
    .default('utf8mb4')
    .describe('Character set of the connection. Both words mean all of Unicode.'),
  collation: z
    .string()
    .trim()
    .regex(/^(utf8mb4_\w+)?$/)
    .default('')
    .describe('Collation of new tables, for example `utf8mb4_bin`; blank: that of the database.'),
  timezone: z
    .string()
    .trim()
    .min(1)
    .default('+00:00')
    .describe(
      'Time zone in which dates and times are read and written: an offset, or a name the server knows.',
    ),
  strict: z
    .boolean()
    .default(true)
    .describe('Values that do not fit are refused, not cut or changed until they fit.'),
  modes: z
    .array(z.string().regex(/^[A-Z_]+$/))
    .default([])
    .describe('SQL modes of the server in place of those that `strict` stands for.'),
  sslmode: z
    .enum(SSL_MODES)
    .default('prefer')
    .describe(
      'Encryption: `disable`, `prefer` (if the server offers it), `require`; `verify-ca` and `verify-full` check the certificate, the last the host in it too.',
    ),
  sslrootcert: pemFile('the certificates of the authorities that are trusted, in place of the public ones'),
  sslcert: pemFile('the certificate that this service shows to the server'),
  sslkey: pemFile('the key of `sslcert`'),
}

/** Both words may begin a URL, whichever type of service it is for. */
export const mysqlConfig = serverConfig(fields, ['mysql', 'mariadb'])

export type MysqlConfig = z.output<typeof mysqlConfig>
