import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { calm, present } from '../../contract/scene.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { field, id, reference, table } from '../../contract/world.ts'
import { isGrammarRequired, startPython } from '../../grammar/python-lines.ts'
import { startTranslated, type Translated } from './translated.ts'

/** Servers that speak the protocol and know less than SQL Server: what they lack is not told, and nothing else is lost. */
const python = await startPython('./tsql_on_postgres.py')
const reached = await reachServer('pgsql')
const why = typeof python === 'string' ? python : reached === 'reachable' ? undefined : reached

const WORLD: readonly TableDefinition[] = [
  table('customers', {
    fields: [id(), field('email', 'string')],
    primaryKey: ['id'],
    uniqueKeys: [['email']],
  }),
  table('orders', {
    fields: [
      field('customer_id', 'integer'),
      field('place', 'integer'),
      field('status', 'string', { length: 20, default: 'new', allowNull: true }),
    ],
    primaryKey: ['customer_id', 'place'],
    foreignKeys: [{ ...reference(['customer_id'], 'customers', ['id']), name: 'fk_orders' }],
  }),
]

describe.skipIf(why !== undefined && !isGrammarRequired)(
  `a server that knows little (${why ?? 'sqlglot'})`,
  () => {
    let server: Translated
    beforeAll(async () => {
      if (typeof python === 'string') throw new Error(python)
      server = await startTranslated(python)
      for (const one of WORLD) await server.adapter.alter({ kind: 'create_table', table: one }, calm)
    })
    afterAll(async () => {
      await server?.stop()
      if (typeof python !== 'string') python.close()
    })

    const schemaWithout = async (views: RegExp | undefined) => {
      server.refuse(views)
      const tables = await server.adapter.readSchema(calm)
      server.refuse(undefined)
      const [customers, orders] = ['customers', 'orders'].map((name) =>
        present(tables.find((one) => one.name === name)),
      )
      return { customers: present(customers), orders: present(orders) }
    }
    const KEYS = {
      customers: { primaryKey: ['id'], uniqueKeys: [['email']] },
      orders: {
        primaryKey: ['customer_id', 'place'],
        foreignKeys: [
          { name: 'fk_orders', fields: ['customer_id'], refTable: 'customers', refFields: ['id'] },
        ],
      },
    }
    const NAMES = {
      customers: { fields: [{ name: 'id' }, { name: 'email', allowNull: false }] },
      orders: { fields: [{ name: 'customer_id' }, { name: 'place' }, { name: 'status', allowNull: true }] },
    }

    test('all of it, where nothing is missing', async () => {
      const all = await schemaWithout(undefined)
      expect(all).toMatchObject(KEYS)
      expect(all).toMatchObject(NAMES)
      expect(all.orders.fields[2]).toMatchObject({ default: 'new', length: 20 })
    })

    test.each([
      /sys\.views/,
      /sys\.types/,
      /sys\.default_constraints/,
      /sys\.columns c left/,
      /sys\.indexes/,
      /sys\.index_columns/,
      /sys\.foreign_keys/,
      /sys\.foreign_key_columns/,
      /sys\.check_constraints/,
      /sys\.extended_properties/,
      /sys\.partitions/,
      /sys\.triggers/,
      /generated_always_type/,
      /sys\.databases/,
      /sys\.tables/,
      /\bsys\./,
      /INFORMATION_SCHEMA/,
    ])('names, nulls and keys are told without %s', async (views) => {
      const told = await schemaWithout(views)
      expect(told).toMatchObject(KEYS)
      expect(told).toMatchObject(NAMES)
    })

    test('without any view of keys there are none, and the tables are told', async () => {
      const { customers, orders } = await schemaWithout(/sys\.(index|foreign)|TABLE_CONSTRAINTS|REFERENTIAL/)
      expect([customers.primaryKey, orders.primaryKey, orders.foreignKeys]).toEqual([[], [], []])
      expect({ customers, orders }).toMatchObject(NAMES)
    })

    test('without any view of tables the refusal is told', async () => {
      server.refuse(/sys\.|INFORMATION_SCHEMA/)
      await expect(server.adapter.readSchema(calm)).rejects.toMatchObject({ code: 'not_supported' })
      server.refuse(undefined)
    })

    test('routines are none without their views, and the rights are not known', async () => {
      server.refuse(/sys\.objects|sys\.sql_modules|has_perms/)
      expect(await server.adapter.listRoutines('procedure', calm)).toEqual([])
      expect(await server.adapter.notes?.(calm)).toEqual([])
      server.refuse(undefined)
    })

    test('a change is written in fewer words where the server refuses one', async () => {
      const words = table('words', {
        fields: [id(), field('word', 'string', { allowNull: true })],
        primaryKey: ['id'],
        uniqueKeys: [['word']],
      })
      server.refuse(/create unique index .* where/)
      await server.adapter.alter({ kind: 'create_table', table: words }, calm)
      const made = present((await server.adapter.readSchema(calm)).find(({ name }) => name === 'words'))
      expect(made.uniqueKeys).toEqual([['word']])
    })
  },
)
