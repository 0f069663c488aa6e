import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import type { Field, TableDefinition } from '../../src/core/database/schema.ts'
import { field, id, reference, table } from '../contract/world.ts'
import { serviceOn } from '../helpers/shop.ts'
import { call, openScene, post, type Scene } from './scene.ts'

const AREAS = ['sales', 'warehouse', 'finance', 'support', 'marketing', 'hr', 'legal', 'fleet', 'lab', 'web']
const THINGS = [
  'order',
  'customer',
  'invoice',
  'shipment',
  'ticket',
  'contract',
  'vehicle',
  'sample',
  'visit',
  'budget',
]

/** A text that may be null. */
function text(name: string, more: Partial<Field> = {}): Field {
  return field(name, 'string', { allowNull: true, ...more })
}

const ID = id()
const COLUMNS = Array.from({ length: 18 }, (_, at) => text(`attribute_number_${at}`))

const COMMENT = `${'A comment of some length. '.repeat(8)}\nMore.`

/** 2 000 tables of 20 columns, each with a long comment, whose names repeat the same words. */
const TABLES: readonly TableDefinition[] = Array.from({ length: 1_994 }, (_, at): TableDefinition => {
  const name = `${AREAS[at % 10]}_${THINGS[Math.floor(at / 10) % 10]}_history_${at}`
  return told(name, [ID, text('status', { values: ['new', 'done'] }), ...COLUMNS])
}).concat([
  told('customers', [ID, text('email'), text('region')]),
  told('customer_addresses', [ID, text('street')]),
  told('payroll', [ID, text('gross_salary')], 'What people earn, month by month'),
  told('OrderItems', [ID, text('quantity')]),
  told('tags', [ID]),
  {
    ...told('customer_tags', [field('customer_id', 'reference'), field('tag_id', 'reference')]),
    primaryKey: ['customer_id', 'tag_id'],
    foreignKeys: [reference(['customer_id'], 'customers', ['id']), reference(['tag_id'], 'tags', ['id'])],
  },
])

function told(name: string, fields: readonly Field[], description = COMMENT): TableDefinition {
  return table(name, { fields, description, primaryKey: ['id'] })
}

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ services: serviceOn(openMemory(TABLES)).services })
})
afterAll(() => scene.app.close())

async function ask(name: string, args: object = {}) {
  const { result } = (await post(scene, call(name, args), { role: 'reader' })).message
  const { text } = result.content[0]
  return {
    characters: text.length + JSON.stringify(result.structuredContent).length,
    text,
    data: result.structuredContent,
  }
}

const namesIn = ({ data }: Awaited<ReturnType<typeof ask>>): string[] =>
  data.tables.map(({ name }: { name: string }) => name)

describe('with 2 000 tables', () => {
  test.each([
    ['get_tables', {}],
    ['get_tables', { offset: 1_900 }],
    ['get_data_model', {}],
    ['get_data_model', { detail: 'names', limit: 1_000 }],
    ['get_data_model', { detail: 'full', limit: 1_000 }],
    ['get_data_model', { search: 'order', limit: 1_000 }],
  ])('%s %o stays under 4 000 tokens, text and data together', async (name, args) => {
    const { characters, data } = await ask(name, args)
    expect(characters / 4).toBeLessThan(4_000)
    expect(data.tables.length).toBeGreaterThan(5)
    expect(data.total).toBeGreaterThan(190)
  })

  test('pages lead through all of them', async () => {
    const seen = new Set<string>()
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const page = await ask('get_tables', { offset })
      for (const name of namesIn(page)) seen.add(name)
      offset = page.data.next_offset
    }
    expect(seen.size).toBe(2_000)
  })

  test.each([
    ['customers', 'customers'],
    ['customer', 'customers'],
    ['Where are our customers?', 'customers'],
    ['customer email', 'customers'],
    ['address of a customer', 'customer_addresses'],
    ['salary', 'payroll'],
    ['gross_salary', 'payroll'],
    ['what people earn', 'payroll'],
    ['order items', 'OrderItems'],
    ['orderitems', 'OrderItems'],
    ['payrol', 'payroll'],
    ['fleet vehicle history 67', 'fleet_vehicle_history_67'],
    ['adresses of custmers', 'customer_addresses'],
    ['gros salery', 'payroll'],
  ])('the table for %o comes first', async (search, name) => {
    expect(namesIn(await ask('get_data_model', { search }))[0]).toBe(name)
  })

  test.each(['odd', 'aide'])('the short word %o is not taken for another', async (search) => {
    expect((await ask('get_data_model', { search, detail: 'names' })).data.total).toBe(0)
  })

  test('a search for nothing shows all', async () => {
    for (const search of ['', '  '])
      expect((await ask('get_data_model', { search, detail: 'names' })).data.total).toBe(2_000)
  })

  test('a search without hits says so', async () => {
    expect((await ask('get_data_model', { search: 'zzzz qqqq' })).data).toMatchObject({
      tables: [],
      total: 0,
    })
  })
})

test('columns tell keys and enums, a table between two others what it ties', async () => {
  const { text, data } = await ask('get_data_model', { tables: ['customer_tags', 'sales_order_history_0'] })
  expect(data.tables[0].junction).toEqual(['customers', 'tags'])
  expect(text).toContain('customers - tags')
  expect(text).toContain('customer_id integer pk required fk=customers.id')
  expect(text).toContain('status string values=new|done')
})

test('the full model tells relations, and what they go through', async () => {
  const { data } = await ask('get_data_model', { tables: ['customers'], detail: 'full' })
  expect(data.tables[0].relations).toContainEqual(
    expect.objectContaining({ type: 'many_many', table: 'tags', through: 'customer_tags' }),
  )
})
