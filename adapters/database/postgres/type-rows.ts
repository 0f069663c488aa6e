/**
 * The tail of a `WITH RECURSIVE`: from a relation `used (type, modifier)` to `resolved`, one row for each with what it is
 * below all domains. `to_json` of its columns in order is a `TypeRow`.
 */
export const RESOLVE_TYPES = `
  chain (type, modifier, base, base_modifier, is_not_null, expression) AS (
    SELECT type, modifier, type, modifier, false, NULL::text COLLATE "C" FROM used
    UNION ALL
    SELECT c.type, c.modifier, t.typbasetype, t.typtypmod, c.is_not_null OR t.typnotnull,
      coalesce(c.expression, t.typdefault)
    FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.base AND t.typtype = 'd'
  ),
  labels AS MATERIALIZED (
    SELECT enumtypid, pg_catalog.json_agg(enumlabel ORDER BY enumsortorder) AS labels
    FROM pg_catalog.pg_enum WHERE enumtypid IN (SELECT base FROM chain) GROUP BY enumtypid
  ),
  resolved AS (
    SELECT pg_catalog.json_build_array(c.type::bigint, c.modifier, pg_catalog.format_type(c.base, c.base_modifier),
      CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace OR t.typname = 'citext' THEN t.typname END,
      t.typtype, t.typcategory = 'A', c.is_not_null, c.expression, l.labels) AS row
    FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.base AND t.typtype <> 'd'
      LEFT JOIN labels l ON l.enumtypid = c.base
  )`
