import { createDialect } from '../../../adapters/database/oracle/dialect.ts'
import type { Parameter } from '../../../adapters/database/oracle/parameter.ts'
import type { Statement } from '../../../adapters/database/sql/connection.ts'
import { createStatements } from '../../../adapters/database/sql/statements.ts'
import type { Aggregate, Filter, InsertQuery, Order, SelectQuery } from '../../../src/core/database/query.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { tableNamed } from './world.ts'

const statements = createStatements(createDialect({ hasRowLimit: true }, '+00:00'))
const numbered = createStatements(createDialect({ hasRowLimit: false }, '+00:00'))

const customers = tableNamed('customers')
const orders = tableNamed('orders')
const types = tableNamed('types')

const VALUES: Readonly<Record<string, Exclude<Value, null>>> = {
  id: 1n,
  big: 9_223_372_036_854_775_807n,
  exact: '123456789012345.67891',
  approximate: 0.1,
  near: 0.5,
  flag: true,
  switch: true,
  day: '2024-02-29',
  stamp: '2024-02-29 12:00:00',
  clock: '23:59:58',
  moment: '2024-02-29 12:30:45.5',
  zoned: '2024-02-29T12:30:45+02:00',
  document: { json: { a: [1] } },
  tree: { json: { a: [1] } },
  bytes: new Uint8Array([1, 2]),
  raws: new Uint8Array([1, 2]),
  words: "it's",
  span: '1-2',
  'Näme 名前': 'x',
}

const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const
const MATCHES = ['contains', 'starts_with', 'ends_with'] as const

function filtersOf(field: string): Filter[] {
  const value = VALUES[field] ?? 1n
  return [
    ...COMPARISONS.map((op): Filter => ({ op, field, value })),
    ...MATCHES.map((op): Filter => ({ op, field, value: 'a%' })),
    { op: 'like', field, pattern: 'a%_' },
    { op: 'in', field, values: [value, value, value] },
    { op: 'is_null', field },
    { op: 'not', filter: { op: 'is_null', field } },
  ]
}

const inOrders: Filter = {
  op: 'exists',
  table: orders,
  fields: ['id'],
  refFields: ['customer_id'],
  where: {
    op: 'or',
    all: [
      { op: '=', field: 'status', value: 'open' },
      { op: 'and', all: [] },
    ],
  },
}

const byTotal: Order = {
  by: 'name',
  direction: 'desc',
  nulls: 'last',
  through: { table: customers, fields: ['customer_id'], refFields: ['id'] },
}

const AGGREGATES: readonly Aggregate[] = [
  { function: 'COUNT', field: '*', alias: 'n' },
  { function: 'COUNT_DISTINCT', field: 'status', alias: 'kinds' },
  { function: 'SUM', field: 'total', alias: 'sum', distinct: true },
  { function: 'AVG', field: 'total', alias: 'mean' },
  { function: 'MIN', field: 'ordered_on', alias: 'first' },
  { function: 'MAX', field: 'seen_at', alias: 'last' },
]

function base(query: Partial<SelectQuery> = {}): SelectQuery {
  const table = query.table ?? orders
  return { table, fields: table.fields.map(({ name }) => name), limit: 25, as: 'rows', ...query }
}

const READS: readonly SelectQuery[] = [
  base(),
  base({ offset: 50 }),
  base({ limit: 77, offset: 3 }),
  base({ table: types }),
  base({
    orderBy: [
      { by: 'total', direction: 'asc' },
      { by: 'id', direction: 'desc' },
    ],
  }),
  base({ orderBy: [byTotal] }),
  base({ table: types, fields: ['id'], orderBy: [{ by: 'words', direction: 'asc' }] }),
  base({
    fields: ['ordered_on', 'status'],
    distinct: true,
    orderBy: [{ by: 'ordered_on', direction: 'asc' }],
  }),
  base({ countOnly: true }),
  base({ countOnly: true, distinct: true, fields: ['status'] }),
  base({ countOnly: true, groupBy: ['status'], fields: ['status'] }),
  base({ each: { by: ['customer_id'], limit: 3, offset: 1 }, orderBy: [{ by: 'id', direction: 'asc' }] }),
  base({ locked: true, limit: Number.MAX_SAFE_INTEGER, where: { op: '=', field: 'id', value: 1n } }),
  base({ locked: true, limit: 1, orderBy: [{ by: 'id', direction: 'asc' }] }),
  base({ table: customers, where: inOrders }),
  base({
    table: customers,
    where: { op: 'in', field: 'id', values: Array.from({ length: 2500 }, (_, n) => BigInt(n)) },
  }),
  base({
    fields: ['status'],
    groupBy: ['status'],
    aggregates: AGGREGATES,
    having: { op: '>', field: 'n', value: 1n },
    orderBy: [
      { by: 'n', direction: 'desc' },
      { by: 'status', direction: 'asc' },
    ],
  }),
  base({ fields: [], aggregates: AGGREGATES }),
  base({
    fields: ['buyer'],
    groupBy: ['buyer'],
    aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
    table: {
      ...orders,
      fieldByName: new Map([
        ...orders.fieldByName,
        [
          'buyer',
          {
            name: 'buyer',
            type: 'string',
            dbType: 'VARCHAR2(80 CHAR)',
            allowNull: true,
            autoIncrement: false,
            isGenerated: true,
            isVirtual: true,
            expressions: { select: { kind: 'joined', join: 'j1', column: 'NAME' } },
          },
        ],
      ]),
    },
    joins: [{ alias: 'j1', table: customers, fields: ['customer_id'], refFields: ['id'] }],
  }),
  ...[...types.fields, ...orders.fields].flatMap(({ name }) =>
    filtersOf(name).flatMap((where) =>
      types.fieldByName.has(name.toLowerCase()) ? [base({ table: types, fields: ['id'], where })] : [],
    ),
  ),
]

const row = Object.fromEntries(Object.entries(VALUES).filter(([name]) => name !== 'id'))
const returning = types.fields.map(({ name }) => name)

function insert(rows: InsertQuery['rows'], more: Partial<InsertQuery> = {}): Statement<Parameter> {
  const query = { table: types, rows, returning: [], ...more }
  return statements.insert(query, Object.keys(rows[0] ?? {}))
}

const WRITES: readonly Statement<Parameter>[] = [
  insert([row]),
  insert([row], { returning }),
  insert([{}], { returning }),
  insert([row, row], { returning: ['id'] }),
  statements.update({ table: types, set: row, where: { op: '=', field: 'id', value: 1n }, returning }),
  statements.update({ table: types, set: {}, where: { op: 'and', all: [] }, returning: ['id'] }),
  statements.delete({ table: types, returning }),
  statements.delete({ table: customers, where: inOrders, returning: [] }),
]

/** One of everything that reads and writes of records come to. */
export const RECORD_STATEMENTS: readonly string[] = [
  ...READS.map((query) => statements.select(query)),
  ...WRITES,
].map(({ text }) => text.sql)

/** Pages of a server without FETCH FIRST. */
export const NUMBERED_STATEMENTS: readonly string[] = READS.map((query) => numbered.select(query).text.sql)
