import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Routine, RoutineKind, RoutineParameter } from '../../../src/core/database/query.ts'
import type { DescribedSchema } from './adapter.ts'
import { alsoTakes } from './also-takes.ts'
import { type CatalogueRow, grouped } from './catalogue-rows.ts'
import type { Forms } from './catalogue-statements.ts'
import { columnType } from './column-type.ts'
import { firstTaken } from './less.ts'
import { shownName } from './names.ts'
import { type CatalogueConnection, readDefaultOwner, readForms, readOwnersThings } from './read-own.ts'

/**
 * The procedures or functions that the user may run, also those of packages, in three statements. Those with a parameter or a value that
 * is no single value or cursor, like a record or a collection, are left out.
 */
export async function readRoutines(
  connection: CatalogueConnection,
  kind: RoutineKind,
  scope: DescribedSchema,
  options: CallOptions,
): Promise<Routine[]> {
  const defaultOwner = await readDefaultOwner(connection, options)
  const read = async () => {
    const { owners, rows } = await readOwnersThings(connection, routineForms, {
      scope,
      defaultOwner,
      options,
    })
    return { routines: rows, all: await readForms(connection, argumentForms, { owners, options }) }
  }
  const { routines, all } = await firstTaken<Read>([read, async () => NONE], options)
  const byRoutine = grouped(all, ({ object, subprogram }) => `${object} ${subprogram}`)
  return routines.flatMap((row) =>
    describeRoutine(row, byRoutine.get(`${row.object} ${row.subprogram}`) ?? [], { kind, defaultOwner }),
  )
}

const ROUTINES = {
  owner: 'owner',
  object_name: 'object_name',
  name: 'procedure_name',
  object_type: 'object_type',
  object: 'object_id',
  subprogram: 'subprogram_id',
  overload: 'overload',
}

/** `object` is the package, or the routine itself; `name` is null there. */
export const routineForms: Forms<keyof typeof ROUTINES> = [
  {
    columns: ROUTINES,
    from: `from all_procedures where object_type in ('PROCEDURE', 'FUNCTION', 'PACKAGE')
  and aggregate = 'NO' and pipelined = 'NO' and subprogram_id > 0`,
  },
]

const ARGUMENTS = {
  object: 'object_id',
  subprogram: 'subprogram_id',
  name: 'argument_name',
  position: 'position',
  mode: 'in_out',
  data_type: 'data_type',
  data_length: 'data_length',
  char_length: 'char_length',
  char_used: 'char_used',
  precision: 'data_precision',
  scale: 'data_scale',
  defaulted: 'defaulted',
}

/** Position 0 is the value that a function returns. Parts of records and collections have a level of their own. */
export const argumentForms: Forms<keyof typeof ARGUMENTS> = [
  {
    columns: ARGUMENTS,
    from: 'from all_arguments where data_level = 0 and data_type is not null',
    order: 'order by object_id, subprogram_id, position',
  },
]

type RoutineRow = CatalogueRow<keyof typeof ROUTINES>

/** A server that does not tell what its routines take has none that could be called. */
interface Read {
  readonly routines: readonly RoutineRow[]
  readonly all: readonly ArgumentRow[]
}

const NONE: Read = { routines: [], all: [] }

type ArgumentRow = CatalogueRow<keyof typeof ARGUMENTS>

function describeRoutine(
  row: RoutineRow,
  rows: readonly ArgumentRow[],
  { kind, defaultOwner }: { readonly kind: RoutineKind; readonly defaultOwner: string },
): Routine[] {
  const value = rows.find(({ position }) => position === '0')
  const isFunction = row.object_type === 'FUNCTION' || (row.object_type === 'PACKAGE' && value !== undefined)
  if (isFunction !== (kind === 'function')) return []
  const declared = rows.filter(({ position }) => position !== '0')
  const parameters = declared.flatMap(describeParameter)
  const returned = value && typeOf(value)
  if (parameters.length < declared.length || (isFunction && !returned)) return []
  const owner = String(row.owner)
  const path = [owner, String(row.object_name), ...(row.name === null ? [] : [row.name])]
  const shown = path.slice(owner === defaultOwner ? 1 : 0).map((name) => shownName(name))
  return [
    {
      name: shown.join('.'),
      key: [kind, row.subprogram ?? '', row.overload ?? '', ...path].join(BETWEEN),
      kind,
      parameters,
      ...(returned && { returns: { ...returned, isSet: returned.dbType === CURSOR } }),
    },
  ]
}

const BETWEEN = '\u0000'

/** Owner, package and name, or owner and name; whether there are others of that name. */
export function pathOfRoutine({ key }: Pick<Routine, 'key'>): {
  readonly path: readonly string[]
  readonly isOverloaded: boolean
} {
  const [, , overload, ...path] = key.split(BETWEEN)
  return { path, isOverloaded: overload !== '' }
}

/** The type of a cursor: its rows are a result set. */
export const CURSOR = 'REF CURSOR'

function describeParameter(row: ArgumentRow): RoutineParameter[] {
  const type = typeOf(row)
  const mode = row.mode === 'IN/OUT' ? 'INOUT' : row.mode === 'OUT' ? 'OUT' : 'IN'
  if (!type || row.name === null || (type.dbType === CURSOR && mode !== 'OUT')) return []
  const also = mode === 'OUT' ? undefined : alsoTakes(type)
  return [
    {
      name: shownName(row.name),
      position: Number(row.position),
      mode,
      ...type,
      ...(also ? { alsoTakes: also } : {}),
      ...(row.defaulted === 'Y' ? { default: 'default' } : {}),
    },
  ]
}

/** Nothing for what has no single value. A parameter has no length of its own. */
function typeOf(row: ArgumentRow) {
  if (row.data_type === CURSOR) return { type: 'object', dbType: CURSOR } as const
  if (row.data_type === 'XMLTYPE' || row.data_type === 'OPAQUE/XMLTYPE') return undefined
  const found = columnType({ ...row, data_length: null, char_length: null }, { numbersOnly: true })
  return found && { type: found.type, dbType: found.dbType }
}
