import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Routine, RoutineKind, RoutineParameter } from '../../../src/core/database/query.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import {
  type CatalogueConnection,
  type CatalogueRow,
  grouped,
  idOf,
  isTrue,
  readIfThere,
  readOwn,
} from './catalogue-rows.ts'
import { nativeType } from './describe-tables.ts'
import { readProcedureColumns } from './procedure-columns.ts'
import type { ServerFacts } from './server-facts.ts'
import { shownName } from './table-name.ts'

interface Described {
  readonly scope: SchemaScope
  readonly facts: ServerFacts
}

/** The procedures or functions that callers can be offered. A name has one signature. */
export async function readRoutines(
  connection: CatalogueConnection,
  kind: RoutineKind,
  { scope, facts }: Described,
  options: CallOptions,
): Promise<Routine[]> {
  const schema = (scope.schema === 'default' ? facts.schema : scope.schema).toLowerCase()
  const all = await readOwn(connection, ROUTINES, options)
  const routines = all.filter(
    (row) => kindOf(row) === kind && (schema === '' || String(row.schema).toLowerCase() === schema),
  )
  const found = await readIfThere(connection, PARAMETERS, options)
  const parameters = found.length > 0 ? found : await readProcedureColumns(connection, routines, options)
  const comments = await readIfThere(connection, COMMENTS, options)
  const byRoutine = grouped(parameters, idOf)
  const commentOf = new Map(comments.map((row) => [idOf(row), String(row.text ?? '')]))
  return routines.map((row): Routine => {
    const own = byRoutine.get(idOf(row)) ?? []
    const comment = commentOf.get(idOf(row))
    return {
      name: shownName(String(row.schema), String(row.name), facts.schema),
      key: [kind, idOf(row), String(row.schema), String(row.name), String(row.type).trim()].join(BETWEEN),
      kind,
      parameters: own.filter(({ place }) => Number(place) > 0).map(describeParameter),
      ...(kind === 'function' ? { returns: returnOf(row, own) } : {}),
      ...(comment ? { description: comment } : {}),
    }
  })
}

/** No name holds the character between them. */
const BETWEEN = '\u0000'

/** Schema and name of a routine, and whether it gives a table. */
export function partsOf({ key }: Pick<Routine, 'key'>): {
  readonly schema: string
  readonly name: string
  readonly isTable: boolean
} {
  const [, , schema = '', name = '', type = ''] = key.split(BETWEEN)
  return { schema, name, isTable: TABLE_FUNCTIONS.has(type) }
}

/** learn.microsoft.com, sys.objects: P and PC are procedures, FN and FS give a value, IF, TF and FT a table. */
const TABLE_FUNCTIONS = new Set(['IF', 'TF', 'FT'])

function kindOf({ type }: CatalogueRow<'type'>): RoutineKind {
  return String(type).trim().startsWith('P') ? 'procedure' : 'function'
}

const ROUTINES = {
  columns: { id: 'o.object_id', schema: 's.name', name: 'o.name', type: 'o.type' },
  from: `from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
    where o.type in ('P', 'PC', 'FN', 'FS', 'IF', 'TF', 'FT') and o.is_ms_shipped = 0
      and s.name not in ('sys', 'INFORMATION_SCHEMA', 'information_schema') order by s.name, o.name`,
}

/** Place 0 is the value that a function returns. */
const PARAMETERS = {
  columns: {
    id: 'p.object_id',
    name: 'p.name',
    place: 'p.parameter_id',
    is_output: 'p.is_output',
    type: 't.name',
    base: 'b.name',
    max_length: 'p.max_length',
    precision: 'p.precision',
    scale: 'p.scale',
  },
  from: `from sys.parameters p join sys.types t on t.user_type_id = p.user_type_id
    left join sys.types b on b.user_type_id = p.system_type_id order by p.object_id, p.parameter_id`,
}

const COMMENTS = {
  columns: { id: 'p.major_id', text: 'cast(p.value as nvarchar(4000))' },
  from: "from sys.extended_properties p where p.class = 1 and p.minor_id = 0 and p.name = 'MS_Description'",
}

export type ParameterRow = CatalogueRow<
  'id' | 'name' | 'place' | 'is_output' | 'type' | 'base' | 'max_length' | 'precision' | 'scale'
>

/** What a procedure gives out it may take as well: the catalogue does not tell, and who gives nothing gives null. */
function describeParameter(row: ParameterRow): RoutineParameter {
  return {
    name: String(row.name).replace(/^@/, ''),
    position: Number(row.place),
    mode: isTrue(row.is_output) ? 'INOUT' : 'IN',
    ...nativeType(row),
  }
}

function returnOf(
  row: CatalogueRow<'type'>,
  parameters: readonly ParameterRow[],
): NonNullable<Routine['returns']> {
  if (TABLE_FUNCTIONS.has(String(row.type).trim())) return { type: 'object', dbType: 'table', isSet: true }
  const result = parameters.find(({ place }) => Number(place) === 0)
  const { type, dbType } = result ? nativeType(result) : ({ type: 'string', dbType: 'sql_variant' } as const)
  return { type, dbType, isSet: false }
}
