import { openMemory } from '../../adapters/database/memory/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { VirtualRelation } from '../../src/core/database/extras.ts'
import { NO_TABLE_EXTRAS } from '../../src/core/database/extras.ts'
import type { SelectQuery } from '../../src/core/database/query.ts'
import type { TableDefinition } from '../../src/core/database/schema.ts'
import type { Value } from '../../src/core/database/value.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { AccessPolicy } from '../../src/core/policy.ts'
import type { DatabaseService, ServiceInfo, Services } from '../../src/core/service.ts'
import { filterFromRules } from '../../src/filter/from-rule.ts'
import { execute } from '../../src/operations/execute.ts'
import { runningService } from '../../src/services/running-service.ts'
import { field, id, reference, table } from '../contract/world.ts'
import { extrasInMemory } from './extras-in-memory.ts'
import { ADMIN, callerWith } from './shop.ts'
import { spendsOnce } from './spends-once.ts'

/** Every kind of relation there is, between the tables of a service and those of another one. */
const OFFICE: readonly TableDefinition[] = [
  table('people', {
    fields: [
      id(),
      field('name', 'string'),
      field('manager_id', 'integer', { allowNull: true }),
      field('age', 'integer', { allowNull: true }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['manager_id'], 'people', ['id'])],
  }),
  table('badges', {
    fields: [field('person_id', 'integer'), field('code', 'string')],
    primaryKey: ['person_id'],
    foreignKeys: [reference(['person_id'], 'people', ['id'])],
  }),
  table('teams', { fields: [id(), field('name', 'string')], primaryKey: ['id'] }),
  table('memberships', {
    fields: [field('person_id', 'integer'), field('team_id', 'integer'), field('since', 'integer')],
    primaryKey: ['person_id', 'team_id'],
    foreignKeys: [reference(['person_id'], 'people', ['id']), reference(['team_id'], 'teams', ['id'])],
  }),
  table('rooms', {
    fields: [field('building', 'string'), field('number', 'integer'), field('seats', 'integer')],
    primaryKey: ['building', 'number'],
  }),
  table('bookings', {
    fields: [
      id(),
      field('person_id', 'integer', { allowNull: true }),
      field('building', 'string', { allowNull: true }),
      field('number', 'integer', { allowNull: true }),
      field('hours', 'integer'),
    ],
    primaryKey: ['id'],
    foreignKeys: [
      reference(['person_id'], 'people', ['id']),
      reference(['building', 'number'], 'rooms', ['building', 'number']),
    ],
  }),
]

const HR: readonly TableDefinition[] = [
  table('staff', {
    fields: [id(), field('person', 'string'), field('grade', 'string')],
    primaryKey: ['id'],
  }),
  table('letters', {
    fields: [id(), field('staff_id', 'integer'), field('subject', 'string')],
    primaryKey: ['id'],
    foreignKeys: [reference(['staff_id'], 'staff', ['id'])],
  }),
  table('skills', { fields: [id(), field('name', 'string')], primaryKey: ['id'] }),
  table('skill_links', { fields: [field('person', 'integer'), field('skill', 'integer')] }),
]

type Rows = Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>

const OFFICE_ROWS: Rows = {
  people: [
    { id: 1, name: 'Ann', manager_id: null, age: 50 },
    { id: 2, name: 'Bob', manager_id: 1, age: 40 },
    { id: 3, name: 'Cid', manager_id: 1, age: null },
    { id: 4, name: 'Dee', manager_id: 2, age: 30 },
  ],
  badges: [
    { person_id: 1, code: 'gold' },
    { person_id: 2, code: 'blue' },
  ],
  teams: [
    { id: 1, name: 'red' },
    { id: 2, name: 'green' },
    { id: 3, name: 'empty' },
  ],
  memberships: [
    { person_id: 1, team_id: 1, since: 2001 },
    { person_id: 1, team_id: 2, since: 2002 },
    { person_id: 2, team_id: 2, since: 2003 },
    { person_id: 4, team_id: 2, since: 2004 },
  ],
  rooms: [
    { building: 'A', number: 1, seats: 4 },
    { building: 'A', number: 2, seats: 8 },
    { building: 'B', number: 1, seats: 2 },
  ],
  bookings: [
    { id: 1, person_id: 1, building: 'A', number: 1, hours: 1 },
    { id: 2, person_id: 1, building: 'B', number: 1, hours: 2 },
    { id: 3, person_id: 2, building: 'A', number: 2, hours: 3 },
    { id: 4, person_id: 1, building: 'A', number: 1, hours: 4 },
    { id: 5, person_id: null, building: null, number: 1, hours: 5 },
  ],
}

const HR_ROWS: Rows = {
  staff: [
    { id: 10, person: '1', grade: 'senior' },
    { id: 11, person: '2', grade: 'junior' },
    { id: 12, person: 'nobody', grade: 'ghost' },
  ],
  letters: [
    { id: 1, staff_id: 10, subject: 'Welcome' },
    { id: 2, staff_id: 11, subject: 'Raise' },
  ],
  skills: [
    { id: 1, name: 'typing' },
    { id: 2, name: 'reading' },
  ],
  skill_links: [
    { person: 1, skill: 1 },
    { person: 1, skill: 2 },
    { person: 3, skill: 2 },
  ],
}

export const HR_ID = 2

export interface Offices {
  readonly services: Services
  /** The selects since it was last emptied, as `service.table`. */
  readonly selects: string[]
  run<I, O>(operation: Operation<I, O>, input: unknown, caller?: Caller): Promise<O>
  /** Declares a relation of a table of the service `office`. */
  declare(tableName: string, ...relations: readonly VirtualRelation[]): Promise<void>
}

/** `adapt` changes what the engine of the service `office` is or can do. */
export async function openOffices(
  adapt: (adapter: DatabaseAdapter) => DatabaseAdapter = (adapter) => adapter,
): Promise<Offices> {
  const selects: string[] = []
  const infos = [infoOf(1, 'office'), infoOf(HR_ID, 'hr')]
  const extras = extrasInMemory(infos)
  const settings = { maxRecords: 1000, allowUpsert: false, haltsOnError: false }
  const adapters = [await filled(OFFICE, OFFICE_ROWS), await filled(HR, HR_ROWS)]
  const running = new Map<string, DatabaseService>(
    infos.map((info, at) => {
      const adapter = adapters[at] ?? openMemory()
      const counted = counting(info.name === 'office' ? adapt(adapter) : adapter, info.name, selects)
      return [info.name, runningService({ info, settings, adapter: counted, extras })]
    }),
  )
  const find = (name: string) => {
    const service = running.get(name.toLowerCase())
    if (!service) throw new Error(`no service ${name}`)
    return service
  }
  const services: Services = {
    seal: createKeyring(new Uint8Array(32)).seal,
    spend: spendsOnce(),
    list: () => infos,
    find: (name) => infos.find((info) => info.name === name.toLowerCase()),
    capabilities: (name) => find(name).adapter.capabilities,
    tableNamed: (_, name) => name,
    settings: (name) => find(name).settings,
    opened: find,
    open: async (name) => find(name),
  }
  return {
    services,
    selects,
    run: (operation, input, caller = ADMIN) =>
      execute(operation, {
        service: 'office',
        input,
        caller,
        services,
        signal: new AbortController().signal,
      }),
    declare: (tableName, ...virtualRelations) =>
      find('office').changeExtras(() => new Map([[tableName, { ...NO_TABLE_EXTRAS, virtualRelations }]])),
  }
}

/** Rules by `service/_table/name`: the verb GET, with the row filter that they give. */
export function readerOf(
  rules: Readonly<
    Record<string, { readonly name: string; readonly operator: string; readonly value: string } | true>
  >,
): Caller {
  const policy: AccessPolicy = {
    key: JSON.stringify(rules),
    reaches: (service) => Object.keys(rules).some((rule) => rule.startsWith(`${service}/`)),
    decide(service, resource, verb) {
      const rule =
        rules[`${service}/${resource}`] ?? rules[`${service}/${resource.replace('_schema', '_table')}`]
      const needed = verb === 'GET' || rules[`${service}/${resource}`] === true
      if (!rule || !needed) return { allowed: false, reason: 'no' }
      const rowFilter = rule === true ? undefined : filterFromRules([rule], 'AND')
      return { allowed: true, ...(rowFilter && { rowFilter }) }
    },
  }
  return callerWith(policy)
}

async function filled(tables: readonly TableDefinition[], rows: Rows): Promise<DatabaseAdapter> {
  const adapter = openMemory(tables)
  const schema = buildSchema(tables)
  for (const { name } of tables) {
    const one = schema.tableByName.get(name)
    if (!one) continue
    await adapter.insert(
      { table: one, rows: rows[one.name] ?? [], returning: [] },
      { signal: new AbortController().signal },
    )
  }
  return adapter
}

function counting(adapter: DatabaseAdapter, service: string, selects: string[]): DatabaseAdapter {
  return {
    ...adapter,
    select(query: SelectQuery, options) {
      selects.push(`${service}.${query.table.name}`)
      return adapter.select(query, options)
    },
  }
}

function infoOf(serviceId: number, name: string): ServiceInfo {
  return { id: serviceId, name, label: name, description: '', type: 'test', kind: 'database', isActive: true }
}
