import type { z } from 'zod'
import type { Row } from '../core/database/value.ts'
import { EXTRAS_TABLE } from './bookkeeping.ts'
import { extrasRow } from './extras/extras-row.ts'
import { app } from './resources/app.ts'
import { cors } from './resources/cors.ts'
import { limit } from './resources/limit.ts'
import { lookup } from './resources/lookup.ts'
import { role } from './resources/role.ts'
import { roleServiceAccess } from './resources/role-service-access.ts'
import { service } from './resources/service.ts'
import { tool } from './resources/tool.ts'
import { user } from './resources/user.ts'
import { userToAppToRole } from './resources/user-to-app-to-role.ts'
import {
  appRow,
  corsRow,
  limitRow,
  lookupRow,
  readRows,
  roleRow,
  ruleRow,
  serviceRow,
  toolRow,
  userRoleRow,
  userRow,
} from './row-schemas.ts'

/** Records as they are now; ids without a record are of those that are gone. */
export interface RecordsRead {
  /** Takes rows of a table as they come, and keeps what they say. Throws `internal` when one is not what this program writes. */
  add(table: string, ids: Iterable<number>, rows: readonly Row[]): void
  /** What is kept of a row: there is no need to read the others. */
  fieldsOf(table: string): readonly string[] | undefined
  readonly of: ReturnType<typeof readTables>
}

export function createRecordsRead(): RecordsRead {
  const of = readTables()
  const byTable = new Map<string, TableRead>([
    [service.table.name, of.services],
    [role.table.name, of.roles],
    [roleServiceAccess.table.name, of.rules],
    [app.table.name, of.apps],
    [user.table.name, of.users],
    [userToAppToRole.table.name, of.userRoles],
    [lookup.table.name, of.lookups],
    [cors.table.name, of.cors],
    [limit.table.name, of.limits],
    [tool.table.name, of.tools],
    [EXTRAS_TABLE.name, of.extras],
  ])
  return {
    of,
    add: (table, ids, rows) => byTable.get(table)?.add(ids, rows),
    fieldsOf: (table) => byTable.get(table)?.fields,
  }
}

interface TableRead {
  readonly fields: readonly string[]
  add(ids: Iterable<number>, rows: readonly Row[]): void
}

function readTables() {
  return {
    services: recordsOf(serviceRow),
    roles: recordsOf(roleRow),
    rules: recordsOf(ruleRow),
    apps: recordsOf(appRow),
    users: recordsOf(userRow),
    userRoles: recordsOf(userRoleRow),
    lookups: recordsOf(lookupRow),
    cors: recordsOf(corsRow),
    limits: recordsOf(limitRow),
    tools: recordsOf(toolRow),
    extras: recordsOf(extrasRow),
  }
}

function recordsOf<T>(schema: z.ZodType<T> & { readonly in: z.ZodObject }) {
  const ids: number[] = []
  const rows: T[] = []
  return {
    ids,
    rows,
    fields: Object.keys(schema.in.shape),
    add(some: Iterable<number>, stored: readonly Row[]): void {
      for (const row of readRows(schema, stored)) rows.push(row)
      for (const id of some) ids.push(id)
    },
  }
}
