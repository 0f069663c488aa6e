/** What the catalogue's statement answers: lists of tuples, because names in every row would double the text. */
export interface CatalogueRows {
  /** Of a bare name; null when no schema of the search path exists. */
  readonly defaultSchema: string | null
  readonly tables: readonly TableRow[]
  /** In order of table and position. */
  readonly columns: readonly ColumnRow[]
  /** The types of the columns, each once. */
  readonly types: readonly TypeRow[]
  /** In order of creation. */
  readonly indexes: readonly IndexRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
  readonly checks: readonly CheckRow[]
  readonly partitions: readonly PartitionRow[]
}

/** `kind` is pg_class.relkind; `estimate` null when unknown. */
type TableRow = readonly [
  id: number,
  schema: string,
  name: string,
  kind: 'r' | 'p' | 'f' | 'v' | 'm',
  estimate: number | null,
  comment: string | null,
]

/** `identity`: `a` always, `d` by default; `generated`: `s` stored, `v` virtual; both blank otherwise. */
export type ColumnRow = readonly [
  table: number,
  position: number,
  name: string,
  type: number,
  modifier: number,
  isNotNull: boolean,
  identity: string,
  generated: string,
  expression: string | null,
  comment: string | null,
]

/** A type with its modifier, as columns have it, and what it is below all domains. */
export type TypeRow = readonly [
  type: number,
  modifier: number,
  /** As the base type is spelled: `numeric(10,2)`. */
  spelling: string,
  /** pg_type.typname; null for types that are not PostgreSQL's own. */
  baseName: string | null,
  /** pg_type.typtype of the base: `b` base, `c` composite, `e` enum, `p` pseudo, `r` range, `m` multirange. */
  kind: string,
  isArray: boolean,
  /** What the domains on the way say. */
  isNotNull: boolean,
  expression: string | null,
  /** Of an enum, in its order. */
  values: readonly string[] | null,
]

/** `keys` are positions of columns; 0 is an expression. */
export type IndexRow = readonly [
  table: number,
  isPrimary: boolean,
  isUnique: boolean,
  isPartial: boolean,
  keys: readonly number[],
]

/** `onUpdate` and `onDelete` as pg_constraint has them: one letter. */
export type ForeignKeyRow = readonly [
  table: number,
  name: string,
  keys: readonly number[],
  refTable: number,
  refKeys: readonly number[],
  onUpdate: string,
  onDelete: string,
]

export type CheckRow = readonly [table: number, name: string, keys: readonly number[] | null]

/** A partition may be partitioned itself. */
export type PartitionRow = readonly [parent: number, id: number, estimate: number | null]

/** Rows by their first member. */
export function byTable<R extends readonly [number, ...unknown[]]>(rows: readonly R[]): Map<number, R[]> {
  const groups = new Map<number, R[]>()
  for (const row of rows) {
    const group = groups.get(row[0])
    if (group) group.push(row)
    else groups.set(row[0], [row])
  }
  return groups
}
