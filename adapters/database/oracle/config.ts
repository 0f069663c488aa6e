import { z } from 'zod'
import { readConnectionUrl } from '../sql/connection-url.ts'
import { serverFields } from '../sql/server-config.ts'

const fields = {
  ...serverFields({
    port: 1521,
    options: 'This driver takes none.',
    attributes: 'This driver takes none.',
    statement: 'ALTER SESSION SET CURRENT_SCHEMA = APP',
  }),
  database: z
    .string()
    .trim()
    .default('')
    .describe('SID of the database, where `service_name` is blank. In a URL it is the service name.'),
  service_name: z
    .string()
    .trim()
    .default('')
    .describe('Name of the service that the listener offers, for example `FREEPDB1`.'),
  tns: z
    .string()
    .trim()
    .default('')
    .meta({ secret: true })
    .describe(
      'Connect descriptor `(DESCRIPTION=…)`, Easy Connect string or a name of `tnsnames.ora`, in place of `host`, `port`, `database` and `service_name`.',
    ),
  protocol: z.enum(['tcp', 'tcps']).default('tcp').describe('`tcps` encrypts the connection with TLS.'),
  config_dir: folder('Folder of `tnsnames.ora`.'),
  wallet_location: folder('Folder of the wallet, with `ewallet.pem`; for `tcps`.'),
  wallet_password: z
    .string()
    .default('')
    .meta({ secret: true })
    .describe('Password of the wallet; blank for none.'),
  verify_server_name: z
    .boolean()
    .default(true)
    .describe("With `tcps`: the host must be in the server's certificate."),
  charset: z
    .string()
    .regex(/^(al32utf8|utf-?8|utf8mb4)?$/i, 'must be AL32UTF8: the driver knows no other')
    .default('AL32UTF8')
    .describe('Character set of the connection: always AL32UTF8, whatever the database has.'),
  treat_number_as_decimal: z
    .boolean()
    .default(false)
    .describe('A NUMBER of one digit is a number, not true or false.'),
  timezone: z
    .string()
    .trim()
    .min(1)
    .default('+00:00')
    .describe('Time zone of the sessions: an offset, or a name the server knows.'),
}

/** The keys that say where the database is. */
const address = z.object({
  host: z.string().default(''),
  database: z.string().default(''),
  service_name: z.string().default(''),
  tns: z.string().default(''),
})

const object = z.strictObject(fields).superRefine((config, context) => {
  const { host, database, service_name, tns } = address.parse(config)
  if (tns !== '') return
  const missing = host === '' ? 'host' : database === '' && service_name === '' ? 'service_name' : undefined
  if (missing) context.addIssue({ code: 'custom', path: [missing], message: NO_ADDRESS })
})

/** A `url` is taken apart into the other keys: what stands behind its host is a service name. What it gives can be parsed again. */
export const oracleConfig = z.preprocess((input, context) => {
  const read = readConnectionUrl(input, fields, ['oracle'])
  if ('problem' in read) {
    context.addIssue({ code: 'custom', path: ['url'], message: read.problem })
    return z.NEVER
  }
  return read.config === input ? input : withServiceName(read.config)
}, object)

function withServiceName(config: unknown): unknown {
  const { database, service_name: named, ...others } = z.looseObject({}).parse(config)
  const name = typeof named === 'string' && named !== '' ? named : database
  return { ...others, ...(name === undefined ? {} : { service_name: name }) }
}

/** dreamfactory-rest §7.3; whoever shows it ends the sentence. */
const NO_ADDRESS = 'Database connection information must contain at least host and service name'

function folder(what: string) {
  return z.string().min(1).optional().meta({ path: true }).describe(what)
}

export type OracleConfig = z.output<typeof oracleConfig>
