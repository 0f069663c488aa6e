import { z } from 'zod'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { createKeyring, newApiKey } from '../../src/access/keyring.ts'
import { hashPassword, newPassword } from '../../src/access/passwords.ts'
import { requireRowFilters } from '../../src/access/row-condition.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { pathPattern } from '../../src/http/path-pattern.ts'
import { systemResources } from '../../src/system/all.ts'
import { houseTypes } from '../../src/system/service/house-types.ts'
import type { RuleRecord } from '../../src/system/snapshot.ts'
import { openSystemStore, type SystemStore } from '../../src/system/store.ts'
import { createSystemApi, type SystemApi } from '../../src/system/system-api.ts'
import type { ToolInput } from '../../src/system/write/upsert-tool.ts'
import type { WriteTools } from '../../src/system/write-context.ts'
import { tools } from '../../tools/all.ts'
import { customTool } from '../../tools/custom/custom-tool.ts'

export const keyring = createKeyring(new Uint8Array(32).fill(3))
export const checkFilters = requireRowFilters
export const checkTool: WriteTools['checkTool'] = (declared) => void customTool(declared, tools)
export const maker = { newApiKey, newPassword, hashPassword }

/** A type with a secret, a secret inside an object, and a path. */
const boxType = {
  name: 'box',
  config: z.strictObject({
    database: z.string().min(1).meta({ path: true }),
    password: z.string().meta({ secret: true }).optional(),
    options: z.strictObject({ token: z.string().meta({ secret: true }), color: z.string() }).optional(),
    max_records: z.int().optional(),
  }),
}
export const types = [boxType]

/** As the server opens its system database. */
export async function openFile(file: string): Promise<DatabaseAdapter> {
  return await openSqlite({ file, inline: true, create: true, statementTimeoutMs: 30_000 })
}

export async function openStore(
  adapter: DatabaseAdapter = openMemory(),
  options: { readonly keepApiKeys?: boolean } = {},
): Promise<SystemStore> {
  return await openSystemStore(adapter, { secrets: keyring, types, keepApiKeys: options.keepApiKeys ?? true })
}

/** The system API over a store, as the server makes it; `probe` says whether a service answers. */
export function systemApiOf(
  store: SystemStore,
  { probe = async () => {} }: { readonly probe?: WriteTools['probe'] } = {},
): SystemApi {
  return createSystemApi({
    resources: systemResources,
    database: store.database,
    snapshot: store.snapshot,
    refresh: store.refresh,
    seal: keyring.seal,
    tools: {
      types: [...types, ...houseTypes],
      secrets: keyring,
      maker,
      leastPassword: { user: 12, admin: 16 },
      keepApiKeys: true,
      checkFilters,
      checkPath: pathPattern,
      checkTool,
      probe,
    },
  })
}

/** A tool of a service `shop`. */
export const openOrders: ToolInput = {
  name: 'open_orders',
  service: 'shop',
  description: 'Orders of a status.',
  operation: 'get_table_data',
  parameters: [{ name: 'status', type: 'enum', values: ['new', 'paid'], description: 'Status' }],
  arguments: { table_name: 'orders', where: { status: '{status}' }, limit: 5 },
}

export const readAll: RuleRecord = {
  service: 'shop',
  component: '*',
  verbMask: 1,
  requestorMask: 1,
  filters: [],
  filterOp: 'AND',
}

/** Every byte the system database holds, as text. */
export async function everything(adapter: DatabaseAdapter): Promise<string> {
  const signal = new AbortController().signal
  const { tables } = buildSchema(await adapter.readSchema({ signal }))
  const rows = await Promise.all(
    tables.map((table) =>
      adapter.select(
        { table, fields: table.fields.map(({ name }) => name), limit: 10_000, as: 'rows' },
        { signal },
      ),
    ),
  )
  return JSON.stringify(rows)
}
