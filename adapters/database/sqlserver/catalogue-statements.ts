/**
 * What is asked of the catalogue (learn.microsoft.com, "System catalog views"). Where there are several statements for one thing, each
 * asks for less than the one before: a server that only speaks the protocol may have but few views, and few columns in them.
 */
export const TABLES = {
  columns: { id: 't.object_id', schema: 's.name', name: 't.name', is_view: 't.is_view' },
  from: `from (select object_id, schema_id, name, 0 as is_view from sys.tables where is_ms_shipped = 0
      union all select object_id, schema_id, name, 1 as is_view from sys.views where is_ms_shipped = 0) t
    join sys.schemas s on s.schema_id = t.schema_id
    where s.name not in ('sys', 'INFORMATION_SCHEMA', 'information_schema') order by s.name, t.name`,
}

/** Without views. */
export const TABLES_ALONE = {
  columns: { id: 't.object_id', schema: 's.name', name: 't.name', is_view: '0' },
  from: 'from sys.tables t join sys.schemas s on s.schema_id = t.schema_id order by s.name, t.name',
}

const COLUMN = {
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
}
const OF_TABLES = `where c.object_id in (select object_id from sys.tables union all select object_id from sys.views)
    order by c.object_id, c.column_id`

/** A type of a user's own has the name of the system's behind it. */
export const COLUMNS = {
  columns: { ...COLUMN, is_computed: 'c.is_computed', default: 'd.definition' },
  from: `from sys.columns c left join sys.types t on t.user_type_id = c.user_type_id
    left join sys.types b on b.user_type_id = c.system_type_id
    left join sys.default_constraints d on d.object_id = c.default_object_id ${OF_TABLES}`,
}

/** Without defaults, and as if nothing were computed. */
export const PLAIN_COLUMNS = {
  columns: { ...COLUMN, base: 't.name', is_computed: '0', default: 'null' },
  from: `from sys.columns c left join sys.types t on t.user_type_id = c.user_type_id order by c.object_id, c.column_id`,
}

export const INDEXES = {
  columns: {
    id: 'i.object_id',
    name: 'i.name',
    is_primary: 'i.is_primary_key',
    is_unique: 'i.is_unique',
    filter: 'i.filter_definition',
    place: 'x.index_column_id',
    field: 'c.name',
  },
  from: `from sys.indexes i
    join sys.index_columns x on x.object_id = i.object_id and x.index_id = i.index_id and x.key_ordinal > 0
    join sys.columns c on c.object_id = x.object_id and c.column_id = x.column_id
    where i.is_disabled = 0 and i.object_id in (select object_id from sys.tables)
    order by i.object_id, i.index_id, x.key_ordinal`,
}

export const FOREIGN_KEYS = {
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

export const CHECKS = {
  columns: { id: 'k.parent_object_id', name: 'k.name', definition: 'k.definition' },
  from: 'from sys.check_constraints k order by k.parent_object_id, k.name',
}

export const DESCRIPTIONS = {
  columns: { id: 'p.major_id', place: 'p.minor_id', text: 'cast(p.value as nvarchar(4000))' },
  from: "from sys.extended_properties p where p.class = 1 and p.name = 'MS_Description'",
}

export const ESTIMATES = {
  columns: { id: 'p.object_id', count: 'sum(p.rows)' },
  from: 'from sys.partitions p where p.index_id in (0, 1) group by p.object_id',
}

/** Columns that the server fills in tables that keep their past. */
export const PERIODS = {
  columns: { id: 'c.object_id', place: 'c.column_id' },
  from: 'from sys.columns c where c.generated_always_type > 0',
}

export const TRIGGERS = {
  columns: { id: 'g.parent_id' },
  from: 'from sys.triggers g where g.parent_class = 1 and g.is_disabled = 0',
}
