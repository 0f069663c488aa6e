import { openMemory } from '../../adapters/database/memory/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { Field, SimpleType, TableDefinition } from '../../src/core/database/schema.ts'
import type { Value } from '../../src/core/database/value.ts'
import type { Operation } from '../../src/core/operation.ts'
import { type AccessPolicy, UNRESTRICTED } from '../../src/core/policy.ts'
import type { DatabaseSettings, ServiceInfo, Services } from '../../src/core/service.ts'
import { execute } from '../../src/operations/execute.ts'
import { runningService } from '../../src/services/running-service.ts'
import { asEngineHas } from '../contract/world.ts'
import { extrasInMemory } from './extras-in-memory.ts'
import { spendsOnce } from './spends-once.ts'

/** A small shop for tests of operations and doors: a table nobody but its owner may hear of among them. */
export const SHOP_TABLES: readonly TableDefinition[] = [
  table(
    'customers',
    [
      field('id', 'id'),
      field('name', 'string', { allowNull: false }),
      field('email', 'string'),
      field('region', 'string', { allowNull: false }),
    ],
    {
      uniqueKeys: [['email']],
    },
  ),
  table(
    'orders',
    [
      field('id', 'id'),
      field('customer_id', 'reference', { allowNull: false }),
      field('status', 'string', { allowNull: false, default: 'new' }),
      field('total', 'decimal'),
      field('placed_on', 'date'),
    ],
    { foreignKeys: [references('customer_id', 'customers')], rowEstimate: 6 },
  ),
  table(
    'order_items',
    [
      field('order_id', 'reference', { allowNull: false }),
      field('line_no', 'integer', { allowNull: false }),
      field('sku', 'string'),
      field('quantity', 'integer'),
    ],
    { primaryKey: ['order_id', 'line_no'], foreignKeys: [references('order_id', 'orders')] },
  ),
  table(
    'secret_salaries',
    [field('id', 'id'), field('customer_id', 'reference'), field('hidden_amount', 'integer')],
    {
      foreignKeys: [references('customer_id', 'customers')],
    },
  ),
]

const SHOP_ROWS: Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>> = {
  customers: [
    { id: 1, name: 'Ann', email: 'ann@example.com', region: 'north' },
    { id: 2, name: 'Bob', email: 'bob@example.com', region: 'south' },
    { id: 3, name: 'Canary-Cid', email: null, region: 'south' },
  ],
  orders: [
    { id: 1, customer_id: 1, status: 'paid', total: 10.5, placed_on: '2025-01-05' },
    { id: 2, customer_id: 1, status: 'new', total: 20, placed_on: '2025-02-05' },
    { id: 3, customer_id: 2, status: 'paid', total: 30.25, placed_on: '2025-02-07' },
    { id: 4, customer_id: 2, status: 'canary-held', total: 40, placed_on: '2025-03-01' },
    { id: 5, customer_id: 3, status: 'canary-held', total: 777_001, placed_on: '2025-03-02' },
    { id: 6, customer_id: 3, status: 'paid', total: null, placed_on: null },
  ],
  order_items: [
    { order_id: 1, line_no: 1, sku: 'A', quantity: 2 },
    { order_id: 1, line_no: 2, sku: 'B', quantity: 1 },
    { order_id: 5, line_no: 1, sku: 'CANARY-SKU', quantity: 9 },
  ],
  secret_salaries: [{ id: 1, customer_id: 1, hidden_amount: 987_654 }],
}

export interface Shop {
  readonly services: Services
  readonly adapter: DatabaseAdapter
  /** Runs an operation as a caller; as an administrator when none is given. */
  run<I, O>(operation: Operation<I, O>, input: unknown, caller?: Caller): Promise<O>
}

/** The shop on a given engine; on the memory engine when none is given. */
export async function openShop(
  adapter: DatabaseAdapter = openMemory(),
  settings: Partial<DatabaseSettings> = {},
): Promise<Shop> {
  await fillShop(adapter)
  return serviceOn(adapter, settings)
}

/** A service `shop` on a database that is there already, with a way to run operations on it. */
export function serviceOn(adapter: DatabaseAdapter, settings: Partial<DatabaseSettings> = {}): Shop {
  const info: ServiceInfo = {
    id: 7,
    name: 'shop',
    label: 'Shop',
    description: '',
    type: 'test',
    kind: 'database',
    isActive: true,
  }
  const extras = extrasInMemory([info])
  const service = runningService({
    info,
    settings: { maxRecords: 1000, allowUpsert: false, haltsOnError: false, ...settings },
    adapter,
    extras,
  })
  const services: Services = {
    seal: createKeyring(new Uint8Array(32)).seal,
    spend: spendsOnce(),
    list: () => [info],
    find: (name) => (name.toLowerCase() === 'shop' ? info : undefined),
    capabilities: () => adapter.capabilities,
    tableNamed: (_, name) => extras.of(info.id).tableByAlias.get(name.toLowerCase()) ?? name,
    settings: () => service.settings,
    opened: () => service,
    open: async () => service,
  }
  return {
    services,
    adapter,
    run: (operation, input, caller = ADMIN) =>
      execute(operation, { service: 'shop', input, caller, services, signal: new AbortController().signal }),
  }
}

/** Creates the tables of the shop and their rows. */
export async function fillShop(adapter: DatabaseAdapter): Promise<void> {
  const options = { signal: new AbortController().signal }
  const schema = buildSchema(SHOP_TABLES)
  for (const definition of SHOP_TABLES) {
    await adapter.alter({ kind: 'create_table', table: asEngineHas(definition, adapter) }, options)
    const table = schema.tableByName.get(definition.name)
    const rows = SHOP_ROWS[definition.name]
    if (table && rows) await adapter.insert({ table, rows, returning: [] }, options)
  }
}

export const ADMIN: Caller = {
  kind: 'admin',
  policy: UNRESTRICTED,
  label: 'admin:1',
  userId: 1,
  lookups: new Map(),
}

/** A caller with exactly this policy. */
export function callerWith(policy: AccessPolicy, lookups: Caller['lookups'] = new Map()): Caller {
  return { kind: 'app', policy, label: 'app:test', appId: 1, roleId: 1, roleName: 'tester', lookups }
}

function table(name: string, fields: readonly Field[], rest: Partial<TableDefinition> = {}): TableDefinition {
  return { name, isView: false, fields, primaryKey: ['id'], uniqueKeys: [], foreignKeys: [], ...rest }
}

function field(name: string, type: SimpleType, rest: Partial<Field> = {}): Field {
  const isId = type === 'id'
  return { name, type, dbType: '', allowNull: !isId, autoIncrement: isId, isGenerated: false, ...rest }
}

function references(name: string, refTable: string): TableDefinition['foreignKeys'][number] {
  return { fields: [name], refTable, refFields: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION' }
}
