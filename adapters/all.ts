import type { Cache } from '../src/core/cache/cache.ts'
import type { EmailType } from '../src/core/email/email.ts'
import type { ServiceType } from '../src/core/service-type.ts'
import type { RedisOptions } from './cache/redis/open.ts'
import { mongodb } from './database/mongodb/service-type.ts'
import { mariadb } from './database/mysql/mariadb.ts'
import { mysql } from './database/mysql/service-type.ts'
import { oracle } from './database/oracle/service-type.ts'
import { alloydb } from './database/postgres/alloydb.ts'
import { pgsql } from './database/postgres/service-type.ts'
import { sqlite } from './database/sqlite/service-type.ts'
import { sqlsrv } from './database/sqlserver/service-type.ts'
import { localEmail } from './email/local/service-type.ts'
import { smtpEmail } from './email/smtp/service-type.ts'

/** Every type of service, as `service_type` lists them. */
export const serviceTypes: readonly ServiceType[] = [
  alloydb,
  mariadb,
  mongodb,
  mysql,
  oracle,
  pgsql,
  sqlite,
  sqlsrv,
]

/** Every way to send e-mail; the last one needs no configuration. */
export const emailTypes: readonly EmailType[] = [smtpEmail, localEmail]
export { localEmail }

/** How caches are opened; the driver loads then. */
export const caches = {
  memory: async (): Promise<Cache> => (await import('./cache/memory/open.ts')).openMemoryCache(),
  redis: async (options: RedisOptions): Promise<Cache> =>
    (await import('./cache/redis/open.ts')).openRedisCache(options),
}
