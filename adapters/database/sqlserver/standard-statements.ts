/** The views of the standard (learn.microsoft.com, "System Information Schema Views"), for servers that lack those of SQL Server itself. */
export const STANDARD_TABLES = {
  columns: { schema: 't.TABLE_SCHEMA', name: 't.TABLE_NAME', kind: 't.TABLE_TYPE' },
  from: 'from INFORMATION_SCHEMA.TABLES t order by t.TABLE_SCHEMA, t.TABLE_NAME',
}

export const STANDARD_COLUMNS = {
  columns: {
    schema: 'c.TABLE_SCHEMA',
    table: 'c.TABLE_NAME',
    name: 'c.COLUMN_NAME',
    place: 'c.ORDINAL_POSITION',
    type: 'c.DATA_TYPE',
    length: 'c.CHARACTER_MAXIMUM_LENGTH',
    precision: 'c.NUMERIC_PRECISION',
    scale: 'c.NUMERIC_SCALE',
    places: 'c.DATETIME_PRECISION',
    nullable: 'c.IS_NULLABLE',
    default: 'c.COLUMN_DEFAULT',
  },
  from: 'from INFORMATION_SCHEMA.COLUMNS c order by c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION',
}

export const STANDARD_NUMBERS = {
  columns: { schema: 'c.TABLE_SCHEMA', table: 'c.TABLE_NAME', name: 'c.COLUMN_NAME' },
  from: `from INFORMATION_SCHEMA.COLUMNS c
    where columnproperty(object_id(quotename(c.TABLE_SCHEMA) + '.' + quotename(c.TABLE_NAME)), c.COLUMN_NAME, 'IsIdentity') = 1`,
}

export const STANDARD_KEYS = {
  columns: {
    schema: 'k.TABLE_SCHEMA',
    table: 'k.TABLE_NAME',
    name: 'k.CONSTRAINT_NAME',
    kind: 'n.CONSTRAINT_TYPE',
    field: 'k.COLUMN_NAME',
  },
  from: `from INFORMATION_SCHEMA.TABLE_CONSTRAINTS n
    join INFORMATION_SCHEMA.KEY_COLUMN_USAGE k on k.CONSTRAINT_SCHEMA = n.CONSTRAINT_SCHEMA and k.CONSTRAINT_NAME = n.CONSTRAINT_NAME
      and k.TABLE_SCHEMA = n.TABLE_SCHEMA and k.TABLE_NAME = n.TABLE_NAME
    where n.CONSTRAINT_TYPE in ('PRIMARY KEY', 'UNIQUE')
    order by k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`,
}

export const STANDARD_FOREIGN_KEYS = {
  columns: {
    schema: 'k.TABLE_SCHEMA',
    table: 'k.TABLE_NAME',
    name: 'f.CONSTRAINT_NAME',
    field: 'k.COLUMN_NAME',
    ref_schema: 'r.TABLE_SCHEMA',
    ref_table: 'r.TABLE_NAME',
    ref_field: 'r.COLUMN_NAME',
    on_update: 'f.UPDATE_RULE',
    on_delete: 'f.DELETE_RULE',
  },
  from: `from INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS f
    join INFORMATION_SCHEMA.KEY_COLUMN_USAGE k
      on k.CONSTRAINT_SCHEMA = f.CONSTRAINT_SCHEMA and k.CONSTRAINT_NAME = f.CONSTRAINT_NAME
    join INFORMATION_SCHEMA.KEY_COLUMN_USAGE r
      on r.CONSTRAINT_SCHEMA = f.UNIQUE_CONSTRAINT_SCHEMA and r.CONSTRAINT_NAME = f.UNIQUE_CONSTRAINT_NAME
      and r.ORDINAL_POSITION = k.ORDINAL_POSITION
    order by k.TABLE_SCHEMA, k.TABLE_NAME, f.CONSTRAINT_NAME, k.ORDINAL_POSITION`,
}

export const STANDARD_ROUTINES = {
  columns: {
    schema: 'r.ROUTINE_SCHEMA',
    name: 'r.ROUTINE_NAME',
    kind: 'r.ROUTINE_TYPE',
    gives: 'r.DATA_TYPE',
  },
  from: 'from INFORMATION_SCHEMA.ROUTINES r order by r.ROUTINE_SCHEMA, r.ROUTINE_NAME',
}
