import type { TableDefinition } from '../../src/core/database/schema.ts'
import { field, id, reference, table } from '../contract/world.ts'

export type Cell = string | number | boolean | null
export type PlainRow = Readonly<Record<string, Cell>>
export type Kind = 'integer' | 'decimal' | 'text' | 'boolean' | 'date'

/** What the reference knows of a relation: nothing of it comes from the code under test. */
export interface Relation {
  readonly name: string
  readonly to: string
  readonly isMany: boolean
  /** Fields here, and there. */
  readonly here: string
  readonly there: string
  readonly through?: { readonly table: string; readonly here: string; readonly there: string }
}

export interface PlainTable {
  readonly key: readonly string[]
  readonly fields: Readonly<Record<string, Kind>>
  readonly relations: readonly Relation[]
  readonly rows: readonly PlainRow[]
}

export const TABLES: readonly TableDefinition[] = [
  table('customers', {
    fields: [
      id(),
      field('name', 'string', { length: 40 }),
      field('city', 'string', { length: 40, allowNull: true }),
      field('score', 'integer', { allowNull: true }),
      field('active', 'boolean'),
    ],
    primaryKey: ['id'],
  }),
  table('orders', {
    fields: [
      id(),
      field('customer_id', 'integer', { allowNull: true }),
      field('status', 'string', { length: 20 }),
      field('total', 'decimal', { precision: 12, scale: 2, allowNull: true }),
      field('placed', 'date', { allowNull: true }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['customer_id'], 'customers', ['id'])],
  }),
  table('items', {
    fields: [
      field('order_id', 'integer'),
      field('line', 'integer'),
      field('sku', 'string', { length: 20 }),
      field('quantity', 'integer', { allowNull: true }),
    ],
    primaryKey: ['order_id', 'line'],
    foreignKeys: [reference(['order_id'], 'orders', ['id'])],
  }),
  table('tags', { fields: [id(), field('label', 'string', { length: 20 })], primaryKey: ['id'] }),
  table('order_tags', {
    fields: [field('order_id', 'integer'), field('tag_id', 'integer')],
    primaryKey: ['order_id', 'tag_id'],
    foreignKeys: [reference(['order_id'], 'orders', ['id']), reference(['tag_id'], 'tags', ['id'])],
  }),
  table('staff', {
    fields: [id(), field('name', 'string', { length: 40 }), field('boss_id', 'integer', { allowNull: true })],
    primaryKey: ['id'],
    foreignKeys: [reference(['boss_id'], 'staff', ['id'])],
  }),
]

const CITIES = ['Paris', 'paris', 'London', null, 'Zürich', '', "O'Fallon"]
const STATUSES = ['new', 'paid', 'Paid', 'sent', 'per%cent']
const TOTALS = [null, 0, 10.5, 10.25, -3.2, 99.99, 1000]
const DAYS = [null, '2024-02-29', '2024-03-01', '2025-01-01']
const SKUS = ['A-1', 'a-1', 'B_2', 'C%3', '李']

/** A list of so many, each by its number from 1. */
const many = (count: number, make: (n: number) => PlainRow) =>
  Array.from({ length: count }, (_, index) => make(index + 1))
/** Walks a list in steps, so that several lists do not run side by side. */
const pick = <T>(list: readonly T[], n: number): T => {
  const found = list[n % list.length]
  if (found === undefined) throw new Error('an empty list')
  return found
}

export const WORLD: Readonly<Record<string, PlainTable>> = {
  customers: {
    key: ['id'],
    fields: { id: 'integer', name: 'text', city: 'text', score: 'integer', active: 'boolean' },
    relations: [
      { name: 'orders_by_customer_id', to: 'orders', isMany: true, here: 'id', there: 'customer_id' },
    ],
    rows: many(14, (n) => ({
      id: n,
      name: `${pick(['Ann', 'Bob', 'Émile', 'cid'], n * 3)} ${n % 4}`,
      city: pick(CITIES, n * 5),
      score: pick([null, 0, 5, -2, 40], n * 3),
      active: n % 3 !== 0,
    })),
  },
  orders: {
    key: ['id'],
    fields: { id: 'integer', customer_id: 'integer', status: 'text', total: 'decimal', placed: 'date' },
    relations: [
      { name: 'customers_by_customer_id', to: 'customers', isMany: false, here: 'customer_id', there: 'id' },
      { name: 'items_by_order_id', to: 'items', isMany: true, here: 'id', there: 'order_id' },
      {
        name: 'tags_by_order_tags',
        to: 'tags',
        isMany: true,
        here: 'id',
        there: 'id',
        through: { table: 'order_tags', here: 'order_id', there: 'tag_id' },
      },
    ],
    rows: many(36, (n) => ({
      id: n,
      customer_id: pick([1, 2, null, 3, 1, 9, 12, 4], n * 3),
      status: pick(STATUSES, n * 7),
      total: pick(TOTALS, n * 5),
      placed: pick(DAYS, n * 3),
    })),
  },
  items: {
    key: ['order_id', 'line'],
    fields: { order_id: 'integer', line: 'integer', sku: 'text', quantity: 'integer' },
    relations: [{ name: 'orders_by_order_id', to: 'orders', isMany: false, here: 'order_id', there: 'id' }],
    rows: many(60, (n) => ({
      order_id: 1 + ((n * 7) % 20),
      line: n,
      sku: pick(SKUS, n * 3),
      quantity: pick([1, 2, null, 7], n),
    })),
  },
  tags: {
    key: ['id'],
    fields: { id: 'integer', label: 'text' },
    relations: [],
    rows: many(4, (n) => ({ id: n, label: `tag ${n % 3}` })),
  },
  order_tags: {
    key: ['order_id', 'tag_id'],
    fields: { order_id: 'integer', tag_id: 'integer' },
    relations: [],
    rows: many(30, (n) => ({ order_id: 1 + ((n * 5) % 15), tag_id: 1 + (Math.floor(n / 3) % 4) })).filter(
      (row, at, all) =>
        all.findIndex((other) => other.order_id === row.order_id && other.tag_id === row.tag_id) === at,
    ),
  },
  staff: {
    key: ['id'],
    fields: { id: 'integer', name: 'text', boss_id: 'integer' },
    relations: [
      { name: 'staff_by_boss_id', to: 'staff', isMany: true, here: 'id', there: 'boss_id' },
      { name: 'staff_by_boss_id_parent', to: 'staff', isMany: false, here: 'boss_id', there: 'id' },
    ],
    rows: many(12, (n) => ({
      id: n,
      name: `S${n % 5}`,
      boss_id: n === 1 || n === 7 ? null : Math.ceil(n / 3),
    })),
  },
}

export function tableOf(name: string): PlainTable {
  const found = WORLD[name]
  if (!found) throw new Error(`no table ${name}`)
  return found
}

export function relationOf(name: string, relation: string): Relation {
  const found = tableOf(name).relations.find((known) => known.name === relation)
  if (!found) throw new Error(`no relation ${relation}`)
  return found
}
