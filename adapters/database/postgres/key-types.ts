import { sql } from 'kysely'
import type { Fragment } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { isComposite, typeName } from './type-name.ts'

/** Types without an order, or whose signs compare something else than the values: the area of a box, the points of a path. */
const BY_TEXT: ReadonlySet<string> = new Set([
  'xml',
  'point',
  'lseg',
  'path',
  'box',
  'polygon',
  'line',
  'circle',
  'aclitem',
  'jsonpath',
  'pg_snapshot',
  'txid_snapshot',
  'refcursor',
])
/** Numbers that have no order for PostgreSQL, and no cast but that of their text. */
const BY_NUMBER: ReadonlySet<string> = new Set(['xid', 'cid'])
/** Names of things in the catalogue, which PostgreSQL compares as numbers. As a value no name is looked up: it would tell what there is. */
const NAMES: ReadonlySet<string> = new Set(
  'regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype'.split(
    ' ',
  ),
)
const AS_TEXT: ReadonlySet<string> = new Set([...BY_TEXT, ...BY_NUMBER, ...NAMES])

/** A column as rows are grouped by it and told apart. */
export function keyAs(column: Fragment, { dbType }: ColumnKind): Fragment {
  const { base, isArray } = typeName(dbType)
  if (isArray) return column
  if (base === 'json') return sql`${column}::jsonb`
  return AS_TEXT.has(base) ? sql`${column}::text` : column
}

/** In the order that `compare` has, for pages begin behind a value. */
export function sortAs(column: Fragment, kind: ColumnKind, isDistinct: boolean): Fragment {
  return BY_NUMBER.has(typeName(kind.dbType).base) && !isDistinct ? numberOf(column) : keyAs(column, kind)
}

function numberOf(column: Fragment): Fragment {
  return sql`(${column}::text)::bigint`
}

/** Undefined where the engine's own signs compare the values. */
export function compare(
  column: Fragment,
  op: Fragment,
  value: Fragment,
  kind: ColumnKind,
): Fragment | undefined {
  const { base, isArray } = typeName(kind.dbType)
  if (isArray) return undefined
  if (base === 'json') return sql`${column}::jsonb ${op} ${value}::jsonb`
  if (BY_NUMBER.has(base)) return sql`${numberOf(column)} ${op} ${value}::bigint`
  if (BY_TEXT.has(base)) return sql`${column}::text ${op} (${value}::${sql.raw(base)})::text`
  if (NAMES.has(base)) return sql`${column}::text ${op} ${value}::text`
  return isComposite(kind) ? sql`${column} ${op} ${rowOf(value, kind)}` : undefined
}

/** Its name is the catalogue's own, quoted by the database where it needs to be. */
export function rowOf(value: Fragment, { dbType }: ColumnKind): Fragment {
  return sql`json_populate_record(null::${sql.raw(dbType)}, ${value})`
}
