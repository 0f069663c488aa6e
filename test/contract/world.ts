import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type {
  DatabaseSchema,
  Field,
  ForeignKey,
  SimpleType,
  TableDefinition,
} from '../../src/core/database/schema.ts'
import type { Value } from '../../src/core/database/value.ts'

/** A small shop with everything in it that a database can do to a row. Auto-increment ids count from 1 in row order. */
export const WORLD: readonly TableDefinition[] = [
  table('customers', {
    fields: [
      id(),
      field('name', 'string', { length: 80 }),
      field('email', 'string', { length: 120, allowNull: true }),
      field('city', 'string', { length: 40, allowNull: true }),
      field('credit', 'decimal', { precision: 12, scale: 2, allowNull: true, default: 0 }),
      field('is_active', 'boolean', { default: true }),
      field('score', 'integer', { allowNull: true }),
      field('created_at', 'timestamp', { default: { expression: 'CURRENT_TIMESTAMP' } }),
    ],
    primaryKey: ['id'],
    uniqueKeys: [['email']],
  }),
  table('customer_notes', {
    fields: [field('customer_id', 'integer'), field('note', 'text', { allowNull: true })],
    primaryKey: ['customer_id'],
    foreignKeys: [reference(['customer_id'], 'customers', ['id'], { onDelete: 'CASCADE' })],
  }),
  table('orders', {
    fields: [
      id(),
      field('customer_id', 'integer'),
      field('number', 'integer'),
      field('status', 'string', { length: 20, default: 'open' }),
      field('total', 'decimal', { precision: 12, scale: 2, allowNull: true }),
      field('ordered_on', 'date', { allowNull: true }),
    ],
    primaryKey: ['id'],
    uniqueKeys: [['customer_id', 'number']],
    foreignKeys: [reference(['customer_id'], 'customers', ['id'], { onUpdate: 'CASCADE' })],
  }),
  table('order_items', {
    fields: [
      field('order_id', 'integer'),
      field('line', 'integer'),
      field('product', 'string', { length: 60 }),
      field('quantity', 'integer', { default: 1 }),
    ],
    primaryKey: ['order_id', 'line'],
    foreignKeys: [reference(['order_id'], 'orders', ['id'], { onDelete: 'CASCADE' })],
  }),
  table('categories', {
    fields: [
      id(),
      field('name', 'string', { length: 60 }),
      field('parent_id', 'integer', { allowNull: true }),
    ],
    primaryKey: ['id'],
    foreignKeys: [reference(['parent_id'], 'categories', ['id'], { onDelete: 'SET NULL' })],
  }),
  table('tags', {
    fields: [id(), field('label', 'string', { length: 40 })],
    primaryKey: ['id'],
    uniqueKeys: [['label']],
  }),
  table('order_tags', {
    fields: [field('order_id', 'integer'), field('tag_id', 'integer')],
    primaryKey: ['order_id', 'tag_id'],
    foreignKeys: [
      reference(['order_id'], 'orders', ['id'], { onDelete: 'CASCADE' }),
      reference(['tag_id'], 'tags', ['id'], { onDelete: 'CASCADE' }),
    ],
  }),
  table('texts', { fields: [id(), field('body', 'text', { allowNull: true })], primaryKey: ['id'] }),
  table('types', {
    fields: [
      id(),
      field('big', 'bigint', { allowNull: true }),
      field('exact', 'decimal', { precision: 20, scale: 5, allowNull: true }),
      field('approximate', 'double', { allowNull: true }),
      field('flag', 'boolean', { allowNull: true }),
      field('day', 'date', { allowNull: true }),
      field('clock', 'time', { allowNull: true }),
      field('moment', 'timestamp', { allowNull: true }),
      field('document', 'json', { allowNull: true }),
      field('bytes', 'binary', { allowNull: true }),
      field('words', 'text', { allowNull: true }),
      field('unique_id', 'uuid', { allowNull: true }),
    ],
    primaryKey: ['id'],
  }),
  table('Order "Log"', {
    fields: [
      id(),
      field('select', 'string', { length: 60, allowNull: true }),
      field('näme 名前', 'string', { length: 60, allowNull: true }),
      field(`it's "quoted"`, 'string', { length: 60, allowNull: true }),
    ],
    primaryKey: ['id'],
  }),
]

/** The rows of the world, by table, in order of insertion. */
export const WORLD_ROWS = {
  customers: rows(
    ['name', 'email', 'city', 'credit', 'is_active', 'score', 'created_at'],
    ['Ada Lovelace', 'ada@example.com', 'London', '100.50', true, 10, '2024-01-01 08:00:00'],
    ['Grace Hopper', 'grace@example.com', 'New York', '9.00', true, 30, '2024-01-02 08:00:00'],
    ['Žofie Nováková', 'zofie@example.com', 'Praha', null, false, 20, '2024-01-03 08:00:00'],
    ['李小龍', null, null, '19.99', true, null, '2024-01-04 08:00:00'],
    ['Émile 🦊 Fox', 'emile@example.com', 'Paris', '-5.25', false, 20, '2024-01-05 08:00:00'],
    ["Pat O'Brien", null, 'London', '1000.00', true, null, '2024-01-06 08:00:00'],
  ),
  customer_notes: rows(['customer_id', 'note'], [1, 'Likes engines'], [2, null]),
  orders: rows(
    ['customer_id', 'number', 'status', 'total', 'ordered_on'],
    [1, 1, 'paid', '50.00', '2024-01-15'],
    [1, 2, 'open', '20.25', '2024-02-29'],
    [2, 1, 'paid', '99.99', '2024-03-01'],
    [3, 1, 'shipped', null, null],
    [4, 1, 'paid', '10.00', '2024-12-31'],
    [5, 1, 'open', null, '2023-11-05'],
    [1, 3, 'paid', '0.10', '2024-03-02'],
    [2, 2, 'shipped', '0.20', '2024-03-02'],
  ),
  order_items: rows(
    ['order_id', 'line', 'product', 'quantity'],
    [1, 1, 'Apple', 2],
    [1, 2, 'Pear', 1],
    [2, 1, 'Apple', 3],
    [3, 1, 'Wrench', 1],
    [3, 2, 'Apple', 1],
  ),
  categories: rows(
    ['name', 'parent_id'],
    ['Root', null],
    ['Food', 1],
    ['Fruit', 2],
    ['Tools', 1],
    ['Alone', null],
  ),
  tags: rows(['label'], ['urgent'], ['gift'], ['fragile']),
  order_tags: rows(['order_id', 'tag_id'], [1, 1], [1, 2], [3, 2], [8, 3]),
  texts: rows(
    ['body'],
    ['100% wool'],
    ['100 percent'],
    ['snake_case'],
    ['snakeXcase'],
    ['back\\slash'],
    ['STRASSE ÄÖÜ'],
    ['strasse äöü'],
    ['smile 😀 end'],
    [null],
    [`it's "quoted"`],
    ['two\nlines'],
  ),
  types: [],
  'Order "Log"': rows(['select', 'näme 名前', `it's "quoted"`], ['from', '値', "o'clock"], [null, 'ö', '"']),
} satisfies { readonly [table: string]: readonly { readonly [field: string]: Value }[] }

/** What a kind of database cannot do, whatever its adapter does. */
export interface Differences {
  /** A foreign key has no rule for a key that changes. */
  readonly noRuleForUpdates?: true
  /** No name holds a double quote: single ones stand for them. */
  readonly noQuotes?: true
  /** A number that it gave to a row stays. */
  readonly keepsNumbers?: true
  /** A foreign key from a table to itself has no rules. */
  readonly noRuleOnItself?: true
  /** Functions write nothing, raise nothing and wait for nothing. */
  readonly functionsOnlyRead?: true
  /** No call of a procedure is read-only, so none that is to be is made. */
  readonly proceduresMayWrite?: true
  /** What a procedure gives out it may take too. */
  readonly outIsInOut?: true
}

/** The name as such a database can have it. */
export function nameIn({ noQuotes }: Differences, name: string): string {
  return noQuotes ? name.replaceAll('"', "'") : name
}

/** The world as such a database can have it. */
export function worldOf(differences: Differences): readonly TableDefinition[] {
  return WORLD.map((definition) => definitionIn(differences, definition))
}

/** A table as such a database can have it. */
export function definitionIn(differences: Differences, definition: TableDefinition): TableDefinition {
  const { noRuleForUpdates, noRuleOnItself } = differences
  return {
    ...definition,
    name: nameIn(differences, definition.name),
    fields: definition.fields.map((each) => ({ ...each, name: nameIn(differences, each.name) })),
    foreignKeys: definition.foreignKeys.map((key) =>
      noRuleOnItself && key.refTable === definition.name
        ? { ...key, onUpdate: 'NO ACTION', onDelete: 'NO ACTION' }
        : noRuleForUpdates
          ? { ...key, onUpdate: 'NO ACTION' }
          : key,
    ),
  }
}

/** The row of such a table. */
export function rowIn<V>(
  differences: Differences,
  row: { readonly [field: string]: V },
): { readonly [field: string]: V } {
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [nameIn(differences, field), value]))
}

/** Makes the tables of the world through the adapter and fills them. The schema is the adapter's own description. */
export async function createWorld(
  adapter: DatabaseAdapter,
  differences: Differences = {},
): Promise<DatabaseSchema> {
  const options = { signal: new AbortController().signal }
  for (const definition of worldOf(differences))
    await adapter.alter({ kind: 'create_table', table: asEngineHas(definition, adapter) }, options)
  const schema = buildSchema(await adapter.readSchema(options))
  for (const [name, tableRows] of Object.entries(WORLD_ROWS)) {
    const filled = schema.tableByName.get(nameIn(differences, name).toLowerCase())
    if (!filled) throw new Error(`The engine made no table '${name}'.`)
    const renamed = tableRows.map((row) => rowIn<Value>(differences, row))
    await adapter.insert({ table: filled, rows: renamed, returning: [] }, options)
  }
  return schema
}

/** Foreign keys are there with the capability for them. */
export function asEngineHas(definition: TableDefinition, { capabilities }: DatabaseAdapter): TableDefinition {
  return capabilities.has('relations') ? definition : { ...definition, foreignKeys: [] }
}

/** A field of a table to create: not null, no default. The engine spells its type by itself. */
export function field(name: string, type: SimpleType, more: Partial<Field> = {}): Field {
  return { name, type, dbType: '', allowNull: false, autoIncrement: false, isGenerated: false, ...more }
}

export function id(name = 'id'): Field {
  return field(name, 'id', { autoIncrement: true })
}

type TableParts = Partial<TableDefinition> & Pick<TableDefinition, 'fields'>

export function table(name: string, parts: TableParts): TableDefinition {
  return { name, isView: false, primaryKey: [], uniqueKeys: [], foreignKeys: [], ...parts }
}

export function reference(
  fields: readonly string[],
  refTable: string,
  refFields: readonly string[],
  rules: Partial<Pick<ForeignKey, 'onUpdate' | 'onDelete'>> = {},
): ForeignKey {
  return { fields, refTable, refFields, onUpdate: 'NO ACTION', onDelete: 'NO ACTION', ...rules }
}

function rows(fields: readonly string[], ...values: readonly (readonly Value[])[]) {
  return values.map((row) => Object.fromEntries(row.map((value, n) => [fields[n] ?? '', value])))
}
