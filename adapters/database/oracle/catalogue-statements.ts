import type { ServerFacts } from './server-facts.ts'

/**
 * What is read of the catalogue, view by view (Database Reference, "Static Data Dictionary Views"): joins between these views are what
 * makes catalogue queries slow, so there are none but one. The condition on `owner` says whose things are meant.
 */
export interface CatalogueForm<K extends string> {
  readonly columns: Readonly<Record<K, string>>
  /** Ends in a condition, so that others can follow. */
  readonly from: string
  /** `owner` where it is not said. */
  readonly owner?: string
  readonly order?: string
}

/** The whole, and what is asked instead of a server whose dictionary has less: each says less than the one before. */
type Forms<K extends string> = readonly [CatalogueForm<K>, ...CatalogueForm<K>[]]

const TABLES = { owner: 'owner', name: 'table_name', row_estimate: 'num_rows' }

/** Not nested tables, the parts of indexes and of others, nor what lies in the recycle bin. */
export const tableForms: Forms<keyof typeof TABLES> = [
  {
    columns: TABLES,
    from: `from all_tables where nested = 'NO' and secondary = 'N'
  and (iot_type is null or iot_type = 'IOT') and table_name not like 'BIN$%'`,
  },
  { columns: { ...TABLES, row_estimate: 'null' }, from: "from all_tables where table_name not like 'BIN$%'" },
]

export const viewForms: Forms<'owner' | 'name'> = [
  { columns: { owner: 'owner', name: 'view_name' }, from: 'from all_views where 1 = 1' },
]

const COLUMNS = {
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

/** 12.1 and later know identity columns. */
export function columnForms({ hasRowLimit }: ServerFacts): Forms<keyof typeof COLUMNS> {
  const order = 'order by owner, table_name, column_id'
  const from = `from all_tab_cols where hidden_column = 'NO'`
  const plain = { ...COLUMNS, identity: "'NO'" }
  const visible = { ...plain, virtual: "'NO'" }
  const least = { ...visible, type_owner: 'null', char_length: 'null', char_used: 'null', default: 'null' }
  const smaller: Forms<keyof typeof COLUMNS> = [
    { columns: plain, from, order },
    { columns: visible, from: 'from all_tab_columns where 1 = 1', order },
    { columns: least, from: 'from all_tab_columns where 1 = 1', order },
  ]
  return hasRowLimit ? [{ columns: COLUMNS, from, order }, ...smaller] : smaller
}

const CONSTRAINTS = {
  owner: 'owner',
  source: 'table_name',
  name: 'constraint_name',
  kind: 'constraint_type',
  ref_owner: 'r_owner',
  ref_name: 'r_constraint_name',
  on_delete: 'delete_rule',
  condition: 'search_condition_vc',
}

/** `kind` is P primary key, U unique, R foreign key, C check. A condition is a LONG, from 12.2 on a text too. */
export function constraintForms({ hasLongNames }: ServerFacts): Forms<keyof typeof CONSTRAINTS> {
  const order = 'order by owner, table_name, constraint_name'
  const from = `from all_constraints where constraint_type in ('P', 'U', 'R', 'C')`
  const smaller: Forms<keyof typeof CONSTRAINTS> = [
    { columns: { ...CONSTRAINTS, condition: 'search_condition' }, from, order },
    {
      columns: { ...CONSTRAINTS, condition: 'null' },
      from: `from all_constraints where constraint_type in ('P', 'U', 'R')`,
      order,
    },
  ]
  return hasLongNames ? [{ columns: CONSTRAINTS, from, order }, ...smaller] : smaller
}

const KEY_FIELDS = {
  owner: 'owner',
  constraint: 'constraint_name',
  source: 'table_name',
  field: 'column_name',
  position: 'position',
}

export const keyFieldForms: Forms<keyof typeof KEY_FIELDS> = [
  {
    columns: KEY_FIELDS,
    from: 'from all_cons_columns where 1 = 1',
    order: 'order by owner, constraint_name, position',
  },
]

const INDEXES = {
  owner: 'c.table_owner',
  source: 'c.table_name',
  index_owner: 'c.index_owner',
  name: 'c.index_name',
  unique: 'i.uniqueness',
  field: 'c.column_name',
}

export const indexForms: Forms<keyof typeof INDEXES> = [
  {
    columns: INDEXES,
    from: `from all_ind_columns c join all_indexes i
  on i.owner = c.index_owner and i.index_name = c.index_name where 1 = 1`,
    owner: 'c.table_owner',
    order: 'order by c.index_owner, c.index_name, c.column_position',
  },
]

export const tableCommentForms: Forms<'owner' | 'source' | 'comment'> = [
  {
    columns: { owner: 'owner', source: 'table_name', comment: 'comments' },
    from: 'from all_tab_comments where comments is not null',
  },
]

export const columnCommentForms: Forms<'owner' | 'source' | 'field' | 'comment'> = [
  {
    columns: { owner: 'owner', source: 'table_name', field: 'column_name', comment: 'comments' },
    from: 'from all_col_comments where comments is not null',
  },
]

export type { Forms }
