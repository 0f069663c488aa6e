import type { ServerFacts } from './server-facts.ts'

/**
 * What is read of the catalogue, view by view (Database Reference, "Static Data Dictionary Views"): joins between these views are what
 * makes catalogue queries slow, so there are none. `WHERE` behind each `from` says whose things are meant.
 */
export const TABLES = { owner: 'owner', name: 'table_name', row_estimate: 'num_rows' }
/** Not nested tables, the parts of indexes and of others, nor what lies in the recycle bin. */
export const TABLES_FROM = `from all_tables where nested = 'NO' and secondary = 'N'
  and (iot_type is null or iot_type = 'IOT') and table_name not like 'BIN$%'`

export const VIEWS = { owner: 'owner', name: 'view_name' }
export const VIEWS_FROM = 'from all_views where 1 = 1'

export const COLUMNS = {
  owner: 'owner',
  source: 'table_name',
  name: 'column_name',
  data_type: 'data_type',
  type_owner: 'data_type_owner',
  data_length: 'data_length',
  char_length: 'char_length',
  char_used: 'char_used',
  precision: 'data_precision',
  scale: 'data_scale',
  nullable: 'nullable',
  default: 'data_default',
  virtual: 'virtual_column',
  identity: 'identity_column',
}
export const COLUMNS_FROM = `from all_tab_cols where hidden_column = 'NO'`

/** 12.1 and later know identity columns. */
export function columnsOf({ hasRowLimit }: ServerFacts): typeof COLUMNS {
  return hasRowLimit ? COLUMNS : { ...COLUMNS, identity: "'NO'" }
}

/** `kind` is P primary key, U unique, R foreign key, C check. A condition is a LONG, from 12.2 on a text too. */
export const CONSTRAINTS = {
  owner: 'owner',
  source: 'table_name',
  name: 'constraint_name',
  kind: 'constraint_type',
  ref_owner: 'r_owner',
  ref_name: 'r_constraint_name',
  on_delete: 'delete_rule',
  condition: 'search_condition_vc',
}
export const CONSTRAINTS_FROM = `from all_constraints where constraint_type in ('P', 'U', 'R', 'C')`

export function constraintsOf({ hasLongNames }: ServerFacts): typeof CONSTRAINTS {
  return hasLongNames ? CONSTRAINTS : { ...CONSTRAINTS, condition: 'search_condition' }
}

export const KEY_FIELDS = {
  owner: 'owner',
  constraint: 'constraint_name',
  source: 'table_name',
  field: 'column_name',
  position: 'position',
}
export const KEY_FIELDS_FROM = 'from all_cons_columns where 1 = 1'
export const KEY_FIELDS_ORDER = 'order by owner, constraint_name, position'

export const INDEXES = {
  owner: 'c.table_owner',
  source: 'c.table_name',
  index_owner: 'c.index_owner',
  name: 'c.index_name',
  unique: 'i.uniqueness',
  field: 'c.column_name',
}
export const INDEXES_FROM = `from all_ind_columns c join all_indexes i
  on i.owner = c.index_owner and i.index_name = c.index_name where 1 = 1`
export const INDEXES_ORDER = 'order by c.index_owner, c.index_name, c.column_position'

export const TABLE_COMMENTS = { owner: 'owner', source: 'table_name', comment: 'comments' }
export const TABLE_COMMENTS_FROM = 'from all_tab_comments where comments is not null'

export const COLUMN_COMMENTS = {
  owner: 'owner',
  source: 'table_name',
  field: 'column_name',
  comment: 'comments',
}
export const COLUMN_COMMENTS_FROM = 'from all_col_comments where comments is not null'
