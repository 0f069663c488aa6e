import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import { type CatalogueConnection, type CatalogueQuery, readIfThere, readOwn } from './catalogue-rows.ts'
import { describeTables } from './describe-tables.ts'
import type { ServerFacts } from './server-facts.ts'
import { shownName } from './table-name.ts'

interface Described {
  readonly scope: SchemaScope
  readonly facts: ServerFacts
  /** Is told which tables have triggers. */
  readonly triggered: Set<string>
}

/** All tables and views in nine statements however many there are (learn.microsoft.com, "System catalog views"). */
export async function readCatalogue(
  connection: CatalogueConnection,
  { scope, facts, triggered }: Described,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const read = <K extends string>(query: CatalogueQuery<K>) => readOwn(connection, query, options)
  const maybe = <K extends string>(query: CatalogueQuery<K>) => readIfThere(connection, query, options)
  const schema = scope.schema === 'default' ? facts.schema : scope.schema
  const all = await read(TABLES)
  const tables = all.filter(
    (row) => schema === '' || String(row.schema).toLowerCase() === schema.toLowerCase(),
  )
  const triggers = await maybe(TRIGGERS)
  const nameOf = new Map(
    all.map((row) => [String(row.id), shownName(String(row.schema), String(row.name), facts.schema)]),
  )
  triggered.clear()
  for (const { id } of triggers) triggered.add((nameOf.get(String(id)) ?? '').toLowerCase())
  const rows = {
    tables,
    columns: await read(COLUMNS),
    indexes: await read(INDEXES),
    foreignKeys: await read(FOREIGN_KEYS),
    checks: await maybe(CHECKS),
    descriptions: await maybe(DESCRIPTIONS),
    estimates: await maybe(ESTIMATES),
    periods: await maybe(PERIODS),
  }
  return describeTables(rows, nameOf)
}

const TABLES = {
  columns: { id: 't.object_id', schema: 's.name', name: 't.name', is_view: 't.is_view' },
  from: `from (select object_id, schema_id, name, 0 as is_view from sys.tables where is_ms_shipped = 0
      union all select object_id, schema_id, name, 1 as is_view from sys.views where is_ms_shipped = 0) t
    join sys.schemas s on s.schema_id = t.schema_id
    where s.name not in ('sys', 'INFORMATION_SCHEMA', 'information_schema') order by s.name, t.name`,
}

/** A type of a user's own has the name of the system's behind it. */
const COLUMNS = {
  columns: {
    id: 'c.object_id',
    name: 'c.name',
    place: 'c.column_id',
    type: 't.name',
    base: 'b.name',
    max_length: 'c.max_length',
    precision: 'c.precision',
    scale: 'c.scale',
    nullable: 'c.is_nullable',
    is_identity: 'c.is_identity',
    is_computed: 'c.is_computed',
    default: 'd.definition',
  },
  from: `from sys.columns c join sys.types t on t.user_type_id = c.user_type_id
    left join sys.types b on b.user_type_id = c.system_type_id
    left join sys.default_constraints d on d.object_id = c.default_object_id
    where c.object_id in (select object_id from sys.tables union all select object_id from sys.views)
    order by c.object_id, c.column_id`,
}

const INDEXES = {
  columns: {
    id: 'i.object_id',
    name: 'i.name',
    is_primary: 'i.is_primary_key',
    is_unique: 'i.is_unique',
    filter: 'i.filter_definition',
    field: 'c.name',
  },
  from: `from sys.indexes i
    join sys.index_columns x on x.object_id = i.object_id and x.index_id = i.index_id and x.key_ordinal > 0
    join sys.columns c on c.object_id = x.object_id and c.column_id = x.column_id
    where i.is_disabled = 0 and i.object_id in (select object_id from sys.tables)
    order by i.object_id, i.index_id, x.key_ordinal`,
}

const FOREIGN_KEYS = {
  columns: {
    id: 'f.parent_object_id',
    name: 'f.name',
    field: 'c.name',
    ref_id: 'f.referenced_object_id',
    ref_field: 'r.name',
    on_update: 'f.update_referential_action_desc',
    on_delete: 'f.delete_referential_action_desc',
  },
  from: `from sys.foreign_keys f
    join sys.foreign_key_columns k on k.constraint_object_id = f.object_id
    join sys.columns c on c.object_id = k.parent_object_id and c.column_id = k.parent_column_id
    join sys.columns r on r.object_id = k.referenced_object_id and r.column_id = k.referenced_column_id
    order by f.parent_object_id, f.object_id, k.constraint_column_id`,
}

const CHECKS = {
  columns: { id: 'k.parent_object_id', name: 'k.name', definition: 'k.definition' },
  from: 'from sys.check_constraints k order by k.parent_object_id, k.name',
}

const DESCRIPTIONS = {
  columns: { id: 'p.major_id', place: 'p.minor_id', text: 'cast(p.value as nvarchar(4000))' },
  from: "from sys.extended_properties p where p.class = 1 and p.name = 'MS_Description'",
}

const ESTIMATES = {
  columns: { id: 'p.object_id', count: 'sum(p.rows)' },
  from: 'from sys.partitions p where p.index_id in (0, 1) group by p.object_id',
}

/** Columns that the server fills in tables that keep their past. */
const PERIODS = {
  columns: { id: 'c.object_id', place: 'c.column_id' },
  from: 'from sys.columns c where c.generated_always_type > 0',
}

const TRIGGERS = {
  columns: { id: 'g.parent_id' },
  from: 'from sys.triggers g where g.parent_class = 1 and g.is_disabled = 0',
}
