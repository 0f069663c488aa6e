import { afterEach, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { CAPABILITIES, type Capability } from '../../src/core/database/capability.ts'
import type { AccessPolicy, Verb } from '../../src/core/policy.ts'
import { type CatalogueSubject, catalogueBuilder } from '../../src/mcp/catalogue.ts'
import { MAX_LIST_CHARACTERS } from '../../src/mcp/list-budget.ts'
import { tools } from '../../tools/all.ts'
import { ADMIN, SHOP_TABLES } from '../helpers/shop.ts'
import {
  call,
  callerFor,
  LIST,
  modern,
  openScene,
  type Posted,
  post,
  type Role,
  type Scene,
} from './scene.ts'

let scene: Scene | undefined
afterEach(async () => {
  await scene?.app.close()
  scene = undefined
})

const build = catalogueBuilder(tools)
const info = {
  id: 1,
  name: 'shop',
  label: '',
  description: '',
  type: 'test',
  kind: 'database',
  isActive: true,
} as const
const withoutRoutines = new Set<Capability>(
  CAPABILITIES.filter((name) => name !== 'procedures' && name !== 'functions'),
)

/** The catalogue of a role on the shop; `more` changes what is asked about. */
function catalogue(role: Role | AccessPolicy, more: Partial<CatalogueSubject> = {}) {
  const policy = typeof role === 'string' ? callerFor(role).policy : role
  const { tables } = buildSchema(SHOP_TABLES)
  return build({
    info,
    capabilities: withoutRoutines,
    policy,
    tables,
    routines: { procedure: [], function: [] },
    ...more,
  })
}

const ROUTINES = { procedure: ['close_year'], function: ['add'] }

function routinePolicy(verbs: readonly Verb[]): AccessPolicy {
  return {
    key: verbs.join(),
    reaches: () => true,
    decide: (_service, resource, verb) =>
      /^_(proc|func)\//.test(resource) && verbs.includes(verb)
        ? { allowed: true }
        : { allowed: false, reason: 'no' },
  }
}

const READING = [
  'get_tables',
  'get_table_schema',
  'get_table_fields',
  'get_table_relationships',
  'get_table_data',
  'aggregate_data',
  'get_data_model',
]
const ABOUT = ['get_database_resources', 'list_tools']

/** The tables an argument's enum names, by tool. */
function named(role: Role, more?: Partial<CatalogueSubject>): Record<string, unknown> {
  return Object.fromEntries(
    catalogue(role, more).descriptions.flatMap(({ name, inputSchema }) => {
      const property = inputSchema.properties.table_name as { enum?: string[] } | undefined
      return property?.enum ? [[name, property.enum]] : []
    }),
  )
}

/** Tables named as those of the demo: enough of them to feel the budget. */
const DEMO_TABLES = [
  'addresses',
  'audit log',
  'categories',
  'customers',
  'employees',
  'order_items',
  'orders',
  'payments',
  'product_tags',
  'products',
  'reviews',
  'suppliers',
  'tags',
]
const DEMO_VIEWS = ['order_totals', 'product_sales']
const demoTables = [...tablesNamed(DEMO_TABLES), ...tablesNamed(DEMO_VIEWS, true)]

function tablesNamed(names: readonly string[], isView = false) {
  const primaryKey = isView ? [] : ['id']
  return buildSchema(
    names.map((name) => ({ name, isView, fields: [], primaryKey, uniqueKeys: [], foreignKeys: [] })),
  ).tables
}

function numbered(count: number, prefix: string) {
  return tablesNamed(Array.from({ length: count }, (_, index) => `${prefix}${index}`))
}

describe('who sees which tool', () => {
  test('rows that no key names are read and added, and neither changed nor deleted', () => {
    const bare = { isView: false, fields: [], primaryKey: [], uniqueKeys: [], foreignKeys: [] }
    const tables = [...demoTables, ...buildSchema([{ name: 'log_lines', ...bare }]).tables]
    const names = named('writer', { tables })
    for (const tool of ['get_table_data', 'create_records']) expect(names[tool]).toContain('log_lines')
    for (const tool of ['update_records', 'delete_records']) {
      expect(names[tool]).toContain('orders')
      expect(names[tool]).not.toContain('log_lines')
    }
  })

  test('a read-only role sees no tool that writes', () => {
    expect(catalogue('reader').tools.map(({ name }) => name)).toEqual([...READING, ...ABOUT])
    expect(catalogue('reader').descriptions.every(({ annotations }) => annotations.readOnlyHint)).toBe(true)
  })

  test('a role that writes sees the tools for it', () => {
    expect(catalogue('writer').tools.map(({ name }) => name)).toEqual([
      ...READING,
      'create_records',
      'update_records',
      'delete_records',
      'run_batch',
      'import_records',
      ...ABOUT,
    ])
  })

  test('one table with the verb is enough', () => {
    expect(catalogue('clerk').byName.has('create_records')).toBe(true)
    expect(catalogue('clerk').byName.has('update_records')).toBe(false)
    expect(catalogue('clerk').byName.has('import_records')).toBe(true)
    expect(catalogue('reader').byName.has('run_batch')).toBe(false)
  })

  test('steps are for who may write in any way, rows for who may add them', () => {
    const deletes: AccessPolicy = {
      key: 'deletes',
      reaches: () => true,
      decide: (_service, _resource, verb) =>
        verb === 'DELETE' ? { allowed: true } : { allowed: false, reason: 'no' },
    }
    const { byName } = catalogue(deletes)
    expect([byName.has('run_batch'), byName.has('import_records'), byName.has('create_records')]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('a role without any rule sees no tables and no rows', () => {
    expect(catalogue('stranger').tools.map(({ name }) => name)).toEqual(['list_tools'])
  })

  test('views are not written', () => {
    const tables = buildSchema(SHOP_TABLES.map((table) => ({ ...table, isView: true }))).tables
    expect(catalogue('writer', { tables }).tools.map(({ name }) => name)).toEqual([...READING, ...ABOUT])
  })

  test('an engine that cannot aggregate has no tool for it', () => {
    const capabilities = new Set([...withoutRoutines].filter((name) => name !== 'aggregate'))
    expect(catalogue('admin', { capabilities }).byName.has('aggregate_data')).toBe(false)
  })

  test('an engine without routines has no tools for them', () => {
    expect(
      catalogue('admin')
        .tools.map(({ name }) => name)
        .some((name) => name.includes('stored')),
    ).toBe(false)
  })

  test('routines that may be called bring their tools', () => {
    const more = {
      capabilities: new Set(CAPABILITIES),
      routines: { procedure: ['close_year'], function: [] },
    }
    const names = catalogue('admin', more).tools.map(({ name }) => name)
    expect(names.filter((name) => name.includes('stored'))).toEqual([
      'get_stored_procedures',
      'call_stored_procedure',
    ])
    expect(
      catalogue('reader', more)
        .tools.map(({ name }) => name)
        .some((name) => name.includes('stored')),
    ).toBe(false)
  })

  test('who may only GET routines calls them read-only', () => {
    const more = { capabilities: new Set(CAPABILITIES), routines: ROUTINES }
    const hintsFor = (verbs: readonly Verb[], capabilities = more.capabilities) => {
      const policy = routinePolicy(verbs)
      const { descriptions } = catalogue(policy, { ...more, capabilities })
      return descriptions
        .filter(({ name }) => name.startsWith('call_'))
        .map(({ annotations }) => [annotations.readOnlyHint, annotations.destructiveHint])
    }
    const reads = [true, undefined]
    const runs = [false, true]
    expect(hintsFor(['GET'])).toEqual([reads, reads])
    expect(hintsFor(['POST'])).toEqual([runs, runs])
    expect(hintsFor(['DELETE'])).toEqual([])
    const cannotWrite = new Set(CAPABILITIES.filter((name) => name !== 'records.write'))
    expect(hintsFor(['POST'], cannotWrite)).toEqual([reads, reads])
  })
})

describe('the tables a tool names', () => {
  test('are those on which the role may use it', () => {
    const tables = named('clerk')
    expect(tables.get_table_data).toEqual(['order_items', 'orders'])
    expect(tables.create_records).toEqual(['order_items'])
    expect(tables.get_table_schema).toEqual(['order_items', 'orders'])
  })

  test('are not told of more than fifty', () => {
    expect(named('reader', { tables: numbered(51, 't') })).toEqual({})
    expect(named('reader', { tables: numbered(50, 't') }).get_table_data).toHaveLength(50)
  })

  test('are told of a demo to the tool that reads rows', () => {
    expect(named('writer', { tables: demoTables }).get_table_data).toHaveLength(15)
  })
})

describe('the token budget', () => {
  test.each([
    ['the shop', undefined],
    ['a demo of 15 tables', { tables: demoTables }],
    ['fifty long names', { tables: numbered(50, 'warehouse_inventory_movement_') }],
  ])('the list of a read-write role on %s takes at most 2 500 tokens', (_name, more) => {
    expect(catalogue('writer', more).json.length / 4).toBeLessThanOrEqual(2_500)
  })

  test('with the tools for routines, too', () => {
    const more = { capabilities: new Set(CAPABILITIES), routines: ROUTINES, tables: demoTables }
    const { tools: shown, json } = catalogue('admin', more)
    expect(shown).toHaveLength(tools.filter(({ isForUnlisted }) => !isForUnlisted).length)
    const answer = `{"jsonrpc":"2.0","id":1,"result":{"tools":${json}}}`
    expect(answer.length / 4).toBeLessThanOrEqual(2_500)
  })
})

test.each(['reader', 'writer', 'clerk'] as const)('the list of a %s is the golden one', async (role) => {
  const shown = catalogue(role).descriptions.map((description) => JSON.stringify(description))
  await expect(`[\n${shown.join(',\n')}\n]\n`).toMatchFileSnapshot(`../golden/tools.${role}.json`)
})

describe('over the wire', () => {
  test('a tool hidden from a role answers as one that does not exist', async () => {
    scene = await openScene()
    const hidden = await post(scene, call('delete_records', { table_name: 'orders', ids: [1] }), {
      role: 'reader',
    })
    const unknown = await post(scene, call('no_such_tool', { table_name: 'orders', ids: [1] }), {
      role: 'reader',
    })
    expect(hidden.message.error.code).toBe(-32602)
    const told = ({ status, message }: Posted, name: string) => [
      status,
      JSON.stringify(message).replaceAll(name, 'X'),
    ]
    expect(told(hidden, 'delete_records')).toEqual(told(unknown, 'no_such_tool'))
  })

  test('a name with the service in front is understood', async () => {
    scene = await openScene()
    const { message } = await post(scene, call('shop_get_tables'))
    expect(message.result.structuredContent.tables).toHaveLength(4)
    expect(
      (await post(scene, call('shop_delete_records', { table_name: 'orders', ids: [1] }), { role: 'reader' }))
        .message.error.code,
    ).toBe(-32602)
  })

  test('list_tools tells the same tools as tools/list', async () => {
    scene = await openScene()
    const listed = (await post(scene, LIST, { role: 'clerk' })).message.result.tools.map(
      ({ name }: { name: string }) => name,
    )
    const { result } = (await post(scene, call('list_tools', { names_only: true }), { role: 'clerk' }))
      .message
    expect(result.structuredContent.tools.map(({ name }: { name: string }) => name)).toEqual(listed)
  })

  test('the list is the same bytes every time, and says how long it may be kept', async () => {
    scene = await openScene()
    const { message, headers } = modern(LIST)
    const answers = [await post(scene, message, { headers }), await post(scene, message, { headers })]
    expect(JSON.stringify(answers[0]?.message)).toBe(JSON.stringify(answers[1]?.message))
    expect(answers[0]?.message.result).toMatchObject({
      ttlMs: 60_000,
      cacheScope: 'private',
      resultType: 'complete',
    })
  })

  test('what stands around the list has its room in the 2 500 tokens too', async () => {
    scene = await openScene()
    const { message, headers } = modern(LIST)
    const answer = (await post(scene, message, { headers })).message
    const around = JSON.stringify(answer).length - JSON.stringify(answer.result.tools).length
    expect((MAX_LIST_CHARACTERS + around) / 4).toBeLessThanOrEqual(2_500)
  })

  test('a new version of the configuration makes a new list', async () => {
    let version = '1'
    let grantsAll = false
    const readsOnly = callerFor('reader').policy
    const policy: AccessPolicy = {
      key: 'same',
      reaches: () => true,
      decide: (...asked) => (grantsAll ? { allowed: true } : readsOnly.decide(...asked)),
    }
    scene = await openScene({
      configVersion: () => version,
      authenticate: async () => ({ ...ADMIN, policy }),
    })
    const count = async () => (await post(scene as Scene, LIST)).message.result.tools.length
    expect(await count()).toBe(9)
    grantsAll = true
    expect(await count()).toBe(9)
    version = '2'
    expect(await count()).toBe(14)
  })
})
