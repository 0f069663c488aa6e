import type { RoutineKind, SelectResult } from '../../../src/core/database/query.ts'
import { ownStatement, type Statement } from '../sql/connection.ts'
import { IN_SCOPE } from './catalogue.ts'
import type { TypeRow } from './catalogue-rows.ts'
import { RESOLVE_TYPES } from './type-rows.ts'

/** What the statement about routines answers. */
export interface RoutineRows {
  readonly defaultSchema: string | null
  readonly routines: readonly RoutineRow[]
  /** Of composite types that functions return, in order; a domain has those of its base. */
  readonly attributes: readonly AttributeRow[]
  /** Types without modifier, each once. */
  readonly types: readonly TypeRow[]
}

export type RoutineRow = readonly [
  id: number,
  schema: string,
  name: string,
  /** Null of a procedure. */
  returns: number | null,
  isSet: boolean,
  /** All arguments, in order; a mode is pg_proc.proargmodes: `i` in, `o` out, `b` both, `v` variadic, `t` result column. */
  types: readonly number[],
  modes: readonly string[] | null,
  names: readonly string[] | null,
  /** By argument; null where there is none. */
  defaults: readonly (string | null)[] | null,
  comment: string | null,
]

type AttributeRow = readonly [compositeType: number, name: string, type: number]

export interface RoutineSelection {
  readonly kind: RoutineKind
  /** A `SchemaScope`'s. */
  readonly schema: string
  /** pg_proc.oid of the only one to read. */
  readonly id?: string
}

/** Routines that the login may execute and that can be called with values, in one statement however many there are. */
export async function readRoutineRows(
  read: (statement: Statement<string>) => Promise<SelectResult>,
  { kind, schema, id = '0' }: RoutineSelection,
): Promise<RoutineRows> {
  const result = await read(
    ownStatement(ROUTINES, ['routines'], [schema, kind === 'procedure' ? 'p' : 'f', id]),
  )
  const text = 'rows' in result ? result.rows[0]?.routines : undefined
  // The statement is ours, and so is the form of what it answers.
  return JSON.parse(typeof text === 'string' ? text : 'null') as RoutineRows
}

/**
 * Left out: routines of extensions, and those that take or give what has no value: triggers, `any`, `internal`, and records
 * whose columns only the caller could name.
 */
const ROUTINES = `WITH RECURSIVE
  shown AS MATERIALIZED (
    SELECT p.oid, n.nspname, p.proname, p.prokind, p.prorettype, p.proretset, p.pronargdefaults,
      coalesce(p.proallargtypes, p.proargtypes::oid[]) AS types, p.proargmodes AS modes, p.proargnames AS names
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_catalog.pg_type r ON r.oid = p.prorettype
    WHERE p.prokind = $2::"char" AND ($3::oid = 0 OR p.oid = $3::oid) AND ${IN_SCOPE}
      AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
      AND (r.typtype <> 'p' OR r.typname = 'void' OR (r.typname = 'record' AND (p.proallargtypes IS NOT NULL OR p.prokind = 'p')))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t
        WHERE t.typtype = 'p' AND t.oid = ANY (coalesce(p.proallargtypes, p.proargtypes::oid[])))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  ),
  composites AS (
    SELECT DISTINCT t.oid, coalesce(b.typrelid, t.typrelid) AS typrelid
    FROM shown s JOIN pg_catalog.pg_type t ON t.oid = s.prorettype
      LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
    WHERE coalesce(b.typrelid, t.typrelid) <> 0
  ),
  attributes AS MATERIALIZED (
    SELECT c.oid, a.attnum, a.attname, a.atttypid FROM composites c JOIN pg_catalog.pg_attribute a
      ON a.attrelid = c.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  ),
  used (type, modifier) AS (
    SELECT unnest(types), -1 FROM shown UNION SELECT prorettype, -1 FROM shown UNION SELECT atttypid, -1 FROM attributes
  ),${RESOLVE_TYPES}
  SELECT pg_catalog.json_build_object(
    'defaultSchema', current_schema(),
    'routines', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        s.oid::bigint, s.nspname, s.proname, CASE s.prokind WHEN 'f' THEN s.prorettype::bigint END, s.proretset,
        s.types::bigint[], s.modes, s.names,
        CASE WHEN s.pronargdefaults > 0 THEN (SELECT pg_catalog.json_agg(
          pg_catalog.pg_get_function_arg_default(s.oid, n) ORDER BY n)
          FROM pg_catalog.generate_series(1, cardinality(s.types)) n) END,
        d.description) ORDER BY s.oid), '[]')
      FROM shown s LEFT JOIN pg_catalog.pg_description d
        ON d.objoid = s.oid AND d.classoid = 'pg_catalog.pg_proc'::regclass),
    'attributes', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
        oid::bigint, attname, atttypid::bigint) ORDER BY oid, attnum), '[]') FROM attributes),
    'types', (SELECT coalesce(pg_catalog.json_agg(row), '[]') FROM resolved)
  )::text AS routines`
