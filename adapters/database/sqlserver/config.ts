import { z } from 'zod'
import { serverConfig, serverFields } from '../sql/server-config.ts'

const shared = serverFields({
  port: 1433,
  options: 'This driver takes none.',
  attributes: 'This driver takes none.',
  statement: 'SET LOCK_TIMEOUT 10000',
})

const fields = {
  ...shared,
  host: z
    .string()
    .trim()
    .default('')
    .describe(
      'Name or address of the server, for example `127.0.0.1`; with a named instance `server\\instance`.',
    ),
  read_only: z
    .boolean()
    .default(false)
    .describe(
      'Nothing that writes is sent. This database has no read-only transactions: give the login the right to read alone. `sluice doctor` tells what it may do.',
    ),
  read_only_procedures: z
    .boolean()
    .default(false)
    .describe(
      'With `read_only`: procedures are called all the same, also by roles that may only GET them. Nothing but the rights of the login keeps them from writing.',
    ),
  instance: z
    .string()
    .trim()
    .default('')
    .describe("Named instance, in place of `port`: the server's browser service is asked where it listens."),
  authentication: z
    .enum(['sql', 'ntlm'])
    .default('sql')
    .describe(
      'How the login is proven: `sql` by a password of SQL Server, `ntlm` by one of a Windows domain.',
    ),
  domain: z
    .string()
    .trim()
    .default('')
    .describe('Windows domain of the user; with `ntlm`. A username `domain\\user` names it as well.'),
  encrypt: z
    .union([z.boolean(), z.literal('strict')])
    .optional()
    .describe(
      'Encryption of the connection: `true` requires it, `false` does without, `strict` is for TDS 8.0, where even the first byte is encrypted. Absent: if the server offers it.',
    ),
  trust_server_certificate: z
    .boolean()
    .default(true)
    .describe(
      "Takes whatever certificate the server shows, as it is its own where nobody gave it one. Set it to false to check certificate and name, with `sslrootcert` for an authority of one's own.",
    ),
  sslrootcert: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe(
      'PEM file with the certificates of the authorities that are trusted, in place of the public ones.',
    ),
  charset: z
    .string()
    .regex(/^utf-?8$/i, 'must be utf8: this driver speaks Unicode only')
    .default('utf8')
    .describe('Character set of the connection: always utf8.'),
  appname: z
    .string()
    .max(128)
    .default('sluice')
    .describe('Name by which the server lists the connections of this service.'),
  readonly: z
    .boolean()
    .default(false)
    .describe('Asks an availability group for a replica that may be read only (ApplicationIntent=ReadOnly).'),
  pooling: z
    .literal(true)
    .default(true)
    .describe('For configurations of other products: connections are always pooled.'),
}

export const sqlserverConfig = serverConfig(fields, ['sqlsrv', 'mssql', 'sqlserver'])

export type SqlserverConfig = z.output<typeof sqlserverConfig>
