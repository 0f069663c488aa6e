import type { ResultColumn } from '../sql/connection.ts'
import { typeName } from './type-name.ts'

/** How the text of a value becomes JSON: copied, or in quotes; `number` where it is one, `bigint` where a double holds it. */
export type CellForm = 'copy' | 'quote' | 'number' | 'bigint' | 'truth'

/** What a column must be by the server's own word, so that its texts can be taken for JSON. */
export interface PlainColumn {
  readonly name: string
  readonly form: CellForm
  /** pg_type.oid */
  readonly typeId: number
  /** Most significant digits; of numeric alone. */
  readonly precision: number | undefined
}

/** Nothing for a column of which PostgreSQL itself must write the JSON. The values are those that `readValue` has it write. */
export function plainColumn(column: ResultColumn): PlainColumn | undefined {
  const { name, dbType, computed } = column
  const { base, precision, isArray } = typeName(dbType)
  const known = isArray || computed !== false ? undefined : PLAIN.get(base)
  if (!known) return undefined
  const [typeId, form] = known
  if (base !== 'numeric') return { name, form, typeId, precision: undefined }
  return precision !== undefined && precision <= DOUBLE_DIGITS ? { name, form, typeId, precision } : undefined
}

/** So many significant digits survive in a double (IEEE 754 binary64). */
const DOUBLE_DIGITS = 15

/** The ids are fixed for the types of the system (src/include/catalog/pg_type.dat). */
const PLAIN: ReadonlyMap<string, readonly [typeId: number, form: CellForm]> = new Map([
  ['boolean', [16, 'truth']],
  ['"char"', [18, 'quote']],
  ['name', [19, 'quote']],
  ['bigint', [20, 'bigint']],
  ['smallint', [21, 'copy']],
  ['integer', [23, 'copy']],
  ['text', [25, 'quote']],
  ['oid', [26, 'copy']],
  ['json', [114, 'copy']],
  ['cidr', [650, 'quote']],
  ['real', [700, 'number']],
  ['double precision', [701, 'number']],
  ['inet', [869, 'quote']],
  ['character', [1042, 'quote']],
  ['character varying', [1043, 'quote']],
  ['date', [1082, 'quote']],
  ['time without time zone', [1083, 'quote']],
  ['timestamp without time zone', [1114, 'quote']],
  ['timestamp with time zone', [1184, 'quote']],
  ['interval', [1186, 'quote']],
  ['time with time zone', [1266, 'quote']],
  ['numeric', [1700, 'number']],
  ['uuid', [2950, 'quote']],
  ['jsonb', [3802, 'copy']],
])
