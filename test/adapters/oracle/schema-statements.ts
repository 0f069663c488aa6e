import { stepsOf } from '../../../adapters/database/oracle/alter.ts'
import { serverFacts } from '../../../adapters/database/oracle/server-facts.ts'
import type { SchemaChange, TableChange } from '../../../src/core/database/adapter.ts'
import { field, id, reference, table, WORLD } from '../../contract/world.ts'

const server = serverFacts('23.4')
const options = { signal: new AbortController().signal }

/** A catalogue in which `things` is there, with a key and an index. */
const catalogue = {
  read: async () => ({
    rows: ['ID', 'TITLE', 'AMOUNT', 'PARENT_ID'].map((name) => ({
      owner: 'APP',
      source: 'THINGS',
      name: `SYS_${name}`,
      kind: null,
      field: name,
    })),
  }),
}

const NO_CHANGE: TableChange = {
  add: [],
  change: [],
  drop: [],
  addForeignKeys: [],
  dropForeignKeys: [],
  addUniqueKeys: [],
  addIndexes: [],
}

const things = table('things', {
  source: 'APP\u0000THINGS',
  fields: [
    id(),
    field('title', 'string', { dbType: 'VARCHAR2(40 CHAR)', length: 40 }),
    field('amount', 'integer', { dbType: 'NUMBER(10)', default: 3, allowNull: true }),
    field('parent_id', 'reference', { dbType: 'NUMBER(10)', allowNull: true }),
  ],
})

/** The world without what no name or key can be here, and every other change. */
const CHANGES: readonly SchemaChange[] = [
  ...WORLD.map(
    (made): SchemaChange => ({
      kind: 'create_table',
      table: {
        ...made,
        name: made.name.replaceAll('"', ''),
        fields: made.fields.map((each) => ({ ...each, name: each.name.replaceAll('"', '') })),
        foreignKeys: made.foreignKeys.map((key) => ({ ...key, onUpdate: '' })),
        indexedFields: made.fields.slice(0, 1).map(({ name }) => name),
      },
    }),
  ),
  { kind: 'drop_table', table: 'things' },
  { kind: 'add_field', table: 'things', field: field('day', 'date', { default: '2024-02-29' }) },
  {
    kind: 'change_table',
    table: things,
    ...NO_CHANGE,
    add: [field('color', 'string', { length: 10, default: "it's" }), field('seen', 'timestamptz')],
    change: [
      field('title', 'string', { length: 60 }),
      field('amount', 'integer', { dbType: 'NUMBER(10)', allowNull: false }),
    ],
    drop: ['parent_id'],
    addForeignKeys: [reference(['parent_id'], 'things', ['id'], { onDelete: 'SET NULL' })],
    dropForeignKeys: [{ ...reference(['parent_id'], 'things', ['id']), name: 'THINGS_FK' }],
    addUniqueKeys: [['title', 'amount']],
    addIndexes: ['amount'],
    dropUniqueKeys: [['title']],
  },
]

/** One of every statement that changes of the schema come to, and what takes them back. */
export const SCHEMA_STATEMENTS: readonly string[] = (
  await Promise.all(CHANGES.map((change) => stepsOf({ connection: catalogue, server, options }, change)))
).flatMap((steps) => steps.flatMap(({ sql, undo = [] }) => [sql, undo].flat()))
