import { resolve } from 'node:path'
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import { z } from 'zod'
import type { OpenContext } from '../../../src/core/service-type.ts'
import type { ServerFacts } from './capabilities.ts'
import type { MongodbConfig } from './config.ts'
import { connectionString } from './connection-url.ts'

/** How long a request waits for a server that is away: it is looked for every half second meanwhile. */
const LONGEST_SEARCH_MS = 5_000
/** What the wire may take longer than the command. */
const WIRE_MS = 5_000

export function createClient(config: MongodbConfig, limitMs: number, { baseDir }: OpenContext): MongoClient {
  const connectMs = config.connect_timeout * 1000
  const { auth_source, replica_set, tls, tls_ca_file, tls_certificate_key_file } = config
  const settings: MongoClientOptions = {
    appName: 'sluice',
    maxPoolSize: config.pool_size,
    connectTimeoutMS: connectMs,
    serverSelectionTimeoutMS: Math.min(connectMs, LONGEST_SEARCH_MS),
    waitQueueTimeoutMS: connectMs,
    socketTimeoutMS: limitMs + WIRE_MS,
    // Integers of 64 bits keep every digit.
    useBigInt64: true,
    ...(auth_source !== '' && { authSource: auth_source }),
    ...(replica_set !== '' && { replicaSet: replica_set }),
    ...(tls !== undefined && { tls }),
    ...(tls_ca_file !== undefined && { tls: true, tlsCAFile: resolve(baseDir, tls_ca_file) }),
    ...(tls_certificate_key_file !== undefined && {
      tls: true,
      tlsCertificateKeyFile: resolve(baseDir, tls_certificate_key_file),
    }),
    ...(config.tls_allow_invalid_certificates && { tls: true, tlsAllowInvalidCertificates: true }),
  }
  return new MongoClient(connectionString(config), settings)
}

const greeting = z.object({
  setName: z.string().optional(),
  msg: z.string().optional(),
  logicalSessionTimeoutMinutes: z.coerce.number().nullish(),
})

const build = z.object({ version: z.string() })

/** What the server is. Transactions are those of replica sets and sharded clusters. */
export async function serverFacts(db: Db): Promise<ServerFacts> {
  const { setName, msg, logicalSessionTimeoutMinutes } = greeting.parse(
    await db.command({ hello: 1 }).catch(() => db.command({ isMaster: 1 })),
  )
  const { version } = build.parse(await db.command({ buildInfo: 1 }))
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const hasSessions = typeof logicalSessionTimeoutMinutes === 'number'
  return {
    version: [major, minor],
    hasSessions,
    hasTransactions: hasSessions && (setName !== undefined || msg === 'isdbgrid'),
  }
}
