import type { CallOptions, SchemaChange } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { Parameter } from './bind-value.ts'
import { quoted, quotedTable } from './column-definition.ts'

/** Without those that hold expressions or some rows only: nobody means them by their fields. */
const INDEXES = `select i.relname, n.nspname, k.conname, x.indisunique,
    (select json_agg(a.attname order by p.place) from unnest(x.indkey::int2[]) with ordinality p(number, place)
      join pg_catalog.pg_attribute a on a.attrelid = x.indrelid and a.attnum = p.number where p.place <= x.indnkeyatts)::text
  from pg_catalog.pg_index x
  join pg_catalog.pg_class i on i.oid = x.indexrelid
  join pg_catalog.pg_namespace n on n.oid = i.relnamespace
  left join pg_catalog.pg_constraint k on k.conindid = x.indexrelid and k.contype = 'u'
  where x.indrelid = $1::pg_catalog.regclass and not x.indisprimary and x.indpred is null and x.indexprs is null`

/** The statements that drop the keys and indexes of a change, whose names the catalogue knows. */
export async function droppedIndexes(
  connection: Pick<Connection<Parameter>, 'read'>,
  change: SchemaChange,
  options: CallOptions,
): Promise<readonly string[]> {
  if (change.kind !== 'change_table') return []
  const { dropUniqueKeys = [], dropIndexes = [] } = change
  if (dropUniqueKeys.length + dropIndexes.length === 0) return []
  const table = quotedTable(change.table.name)
  const columns = ['name', 'schema', 'constraint', 'is_unique', 'fields'] as const
  const result = await connection.read(ownStatement<Parameter>(INDEXES, columns, [table]), 'rows', options)
  const rows = 'rows' in result ? result.rows : []
  const on = (fields: readonly string[], isUnique: boolean) =>
    rows.filter((row) => isTrue(row.is_unique) === isUnique && sameFields(row.fields, fields))
  const gone = (fields: readonly string[], isUnique: boolean) => {
    const found = on(fields, isUnique)
    if (found.length === 0) throw notAlone(fields)
    return found.map(({ name, schema, constraint }) =>
      constraint === null
        ? `drop index ${quoted(String(schema))}.${quoted(String(name))}`
        : `alter table ${table} drop constraint ${quoted(String(constraint))}`,
    )
  }
  return [
    ...dropUniqueKeys.flatMap((fields) => gone(fields, true)),
    ...dropIndexes.flatMap((field) => gone([field], false)),
  ]
}

function isTrue(value: unknown): boolean {
  return value === true || value === 't' || value === 'true'
}

function sameFields(text: unknown, fields: readonly string[]): boolean {
  return JSON.stringify(JSON.parse(String(text))) === JSON.stringify(fields)
}

function notAlone(fields: readonly string[]): AppError {
  return new AppError(
    'not_supported',
    `'${fields.join(', ')}' leads an index of several fields, which cannot be dropped here.`,
  )
}
