import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Routine, RoutineKind, RoutineParameter } from '../../../src/core/database/query.ts'
import type { Connection } from '../sql/connection.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import { alsoTakes } from './also-takes.ts'
import { type ColumnType, columnType } from './column-type.ts'
import { type RoutineRow, type RoutineRows, readRoutineRows } from './routine-rows.ts'
import { shownName } from './table-name.ts'

/** The procedures or functions that callers can be offered, each signature by itself. */
export async function readRoutines(
  connection: Pick<Connection<string>, 'read'>,
  kind: RoutineKind,
  { schema }: SchemaScope,
  options: CallOptions,
): Promise<Routine[]> {
  const rows = await readRoutineRows((statement) => connection.read(statement, 'rows', options), {
    kind,
    schema,
  })
  const types = routineTypes(rows)
  return rows.routines.map((row) => {
    const [id, ofSchema, name, , , , , , , comment] = row
    const returns = kind === 'function' ? returnOf(row, types) : undefined
    return {
      name: shownName(ofSchema, name, rows.defaultSchema),
      key: String(id),
      kind,
      parameters: argumentsOf(row, types)
        .filter(({ isColumn }) => !isColumn)
        .map(({ parameter }) => (kind === 'procedure' ? withoutCursorName(parameter) : parameter)),
      ...(returns && { returns }),
      ...(comment === null ? {} : { description: comment }),
    }
  })
}

/** A cursor that a procedure opens carries rows out, and nothing in. */
function withoutCursorName(parameter: RoutineParameter): RoutineParameter {
  const isOpened = parameter.dbType === 'refcursor' && parameter.mode === 'INOUT'
  return isOpened ? { ...parameter, mode: 'OUT' } : parameter
}

/** A type as parameters and results have it, and as a value is cast to it. */
export interface RoutineType {
  readonly column: ColumnType
  /** SQL. Without the length that a domain may have: a cast would cut the text, where the domain refuses it. */
  readonly cast: string
}

/** By pg_type.oid. */
export type RoutineTypes = ReadonlyMap<number, RoutineType>

export function routineTypes({ types }: Pick<RoutineRows, 'types'>): RoutineTypes {
  return new Map(
    types.map((row) => {
      const [id, , spelling, baseName] = row
      const isSystems = baseName !== null && baseName !== 'citext'
      return [id, { column: columnType(row), cast: isSystems ? `pg_catalog."${baseName}"` : spelling }]
    }),
  )
}

export interface Argument {
  readonly parameter: RoutineParameter
  /** SQL of its type. */
  readonly cast: string
  /** Of the table that a function returns: no parameter at all. */
  readonly isColumn: boolean
}

/** Everything a routine declares, in order. */
export function argumentsOf(row: RoutineRow, types: RoutineTypes): Argument[] {
  const [, , , , , typeIds, modes, names, defaults] = row
  return typeIds.map((typeId, at): Argument => {
    const mode = modes?.[at] ?? 'i'
    const name = names?.[at] ?? ''
    const preset = defaults?.[at] ?? null
    const { column, cast } = types.get(typeId) ?? UNKNOWN
    const { type, dbType } = column
    const also = MODES.get(mode) === 'OUT' ? undefined : alsoTakes(type)
    const parameter = {
      name: name === '' ? `p${at + 1}` : name,
      position: at + 1,
      mode: MODES.get(mode) ?? 'IN',
      type,
      dbType,
      ...(also ? { alsoTakes: also } : {}),
      ...(preset === null ? {} : { default: preset }),
      ...(mode === 'v' && { isVariadic: true }),
    } as const
    return { parameter, cast, isColumn: mode === 't' }
  })
}

/** pg_proc.proargmodes; the others are input. */
const MODES: ReadonlyMap<string, RoutineParameter['mode']> = new Map([
  ['o', 'OUT'],
  ['t', 'OUT'],
  ['b', 'INOUT'],
])

const UNKNOWN: RoutineType = { column: { type: 'string', dbType: '' }, cast: 'text' }

/** A row of several columns is an `object`, as a composite type is. */
function returnOf([, , , returns, isSet]: RoutineRow, types: RoutineTypes): Routine['returns'] {
  const { type, dbType } = ((returns === null ? undefined : types.get(returns)) ?? UNKNOWN).column
  return { type: dbType === 'record' ? 'object' : type, dbType, isSet }
}
