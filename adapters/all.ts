import type { ServiceType } from '../src/core/service-type.ts'
import { mariadb } from './database/mysql/mariadb.ts'
import { mysql } from './database/mysql/service-type.ts'
import { alloydb } from './database/postgres/alloydb.ts'
import { pgsql } from './database/postgres/service-type.ts'
import { sqlite } from './database/sqlite/service-type.ts'

/** Every type of service, as `service_type` lists them. */
export const serviceTypes: readonly ServiceType[] = [alloydb, mariadb, mysql, pgsql, sqlite]
