import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { CatalogueRows } from './catalogue-rows.ts'
import { describeTables } from './describe-tables.ts'
import { RESOLVE_TYPES } from './type-rows.ts'

/**
 * All tables, partitioned tables, foreign tables, views and materialised views that the login may use, in one statement
 * however many there are. Partitions are part of their table and not shown.
 */
export async function readCatalogue(
  connection: Pick<Connection<string>, 'read'>,
  scope: SchemaScope,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const statement = ownStatement(CATALOGUE, ['catalogue'], [scope.schema])
  const result = await connection.read(statement, 'rows', options)
  const text = 'rows' in result ? result.rows[0]?.catalogue : undefined
  // The statement is ours, and so is the form of what it answers.
  return typeof text === 'string' ? describeTables(JSON.parse(text) as CatalogueRows) : []
}

/** SQL that is true of a namespace `n` in the scope that is the first parameter. */
export const IN_SCOPE = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND ($1::text = '' OR n.nspname = CASE $1::text WHEN 'default' THEN current_schema() ELSE $1::text END)`

/** Before version 14 a table that was never analysed has 0 rows on 0 pages; since then it has -1. */
const ESTIMATE = `CASE WHEN c.relkind IN ('r', 'm', 'f') AND c.reltuples >= 0
  AND (c.relpages > 0 OR current_setting('server_version_num')::int >= 140000) THEN c.reltuples::bigint END`

/** A login with rights on single columns sees those; one that may read none sees all, to write them. */
const CATALOGUE = `WITH RECURSIVE
  shown AS MATERIALIZED (
    SELECT c.oid, n.nspname, c.relname, c.relkind, ${ESTIMATE} AS estimate,
      pg_catalog.has_table_privilege(c.oid, 'SELECT') OR NOT pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS is_whole
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition AND ${IN_SCOPE}
      AND (pg_catalog.has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE')
        OR pg_catalog.has_table_privilege(c.oid, 'DELETE'))
  ),
  columns AS MATERIALIZED (
    SELECT a.* FROM pg_catalog.pg_attribute a JOIN shown s ON s.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
      AND (s.is_whole OR pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'))
  ),
  used (type, modifier) AS (SELECT DISTINCT atttypid, atttypmod FROM columns),${RESOLVE_TYPES}
  SELECT pg_catalog.json_build_object(
    'defaultSchema', current_schema(),
    'tables', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        s.oid::bigint, s.nspname, s.relname, s.relkind, s.estimate, d.description) ORDER BY s.oid), '[]')
      FROM shown s LEFT JOIN pg_catalog.pg_description d
        ON d.objoid = s.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0),
    'columns', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        a.attrelid::bigint, a.attnum, a.attname, a.atttypid::bigint, a.atttypmod, a.attnotnull, a.attidentity,
        a.attgenerated, pg_catalog.pg_get_expr(e.adbin, e.adrelid), d.description) ORDER BY a.attrelid, a.attnum), '[]')
      FROM columns a
        LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum AND a.attgenerated = ''
        LEFT JOIN pg_catalog.pg_description d
          ON d.objoid = a.attrelid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = a.attnum),
    'types', (SELECT coalesce(pg_catalog.json_agg(row), '[]') FROM resolved),
    'indexes', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        i.indrelid::bigint, i.indisprimary, i.indisunique, i.indpred IS NOT NULL,
        (i.indkey::int2[])[0:i.indnkeyatts - 1]) ORDER BY i.indexrelid), '[]')
      FROM pg_catalog.pg_index i JOIN shown s ON s.oid = i.indrelid WHERE i.indisvalid AND i.indislive),
    'foreignKeys', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        k.conrelid::bigint, k.conname, k.conkey, k.confrelid::bigint, k.confkey, k.confupdtype, k.confdeltype)
        ORDER BY k.oid), '[]')
      FROM pg_catalog.pg_constraint k JOIN shown s ON s.oid = k.conrelid WHERE k.contype = 'f' AND k.conparentid = 0),
    'checks', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        k.conrelid::bigint, k.conname, k.conkey) ORDER BY k.oid), '[]')
      FROM pg_catalog.pg_constraint k JOIN shown s ON s.oid = k.conrelid WHERE k.contype = 'c'),
    'partitions', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        h.inhparent::bigint, c.oid::bigint, ${ESTIMATE})), '[]')
      FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
      WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f'))
  )::text AS catalogue`
