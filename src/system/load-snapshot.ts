import type { DatabaseAdapter } from '../core/database/adapter.ts'
import { EXTRAS_TABLE } from './bookkeeping.ts'
import { callSignal, rowsOf, tableNamed } from './records.ts'
import { app } from './resources/app.ts'
import { cors } from './resources/cors.ts'
import { limit } from './resources/limit.ts'
import { lookup } from './resources/lookup.ts'
import { role } from './resources/role.ts'
import { roleServiceAccess } from './resources/role-service-access.ts'
import { service } from './resources/service.ts'
import { user } from './resources/user.ts'
import { userToAppToRole } from './resources/user-to-app-to-role.ts'
import type { Secrets } from './secrets.ts'
import { buildSnapshot, type Snapshot } from './snapshot.ts'
import type { SystemResource } from './system-resource.ts'
import { readVersion } from './system-version.ts'

const ATTEMPTS = 10

/** All records at one version, in a handful of selects: read again when something was written meanwhile. */
export async function loadSnapshot(adapter: DatabaseAdapter, secrets: Secrets): Promise<Snapshot> {
  const read = ({ table }: Pick<SystemResource, 'table'>) => rowsOf(adapter, tableNamed(table), callSignal())
  for (let attempt = 1; ; attempt++) {
    const version = await readVersion(adapter)
    const [services, roles, rules, apps, users, userRoles, lookups, corsRules, limits, extras] =
      await Promise.all([
        read(service),
        read(role),
        read(roleServiceAccess),
        read(app),
        read(user),
        read(userToAppToRole),
        read(lookup),
        read(cors),
        read(limit),
        read({ table: EXTRAS_TABLE }),
      ])
    if ((await readVersion(adapter)) !== version && attempt < ATTEMPTS) continue
    const records = { services, roles, rules, apps, users, userRoles, lookups, cors: corsRules, limits }
    const rows = { version, ...records, extras }
    return buildSnapshot(rows, secrets)
  }
}
