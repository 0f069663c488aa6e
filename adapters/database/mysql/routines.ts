import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Routine, RoutineKind, RoutineParameter } from '../../../src/core/database/query.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import { alsoTakes } from './also-takes.ts'
import { type CatalogueRow, grouped } from './catalogue-rows.ts'
import { columnType } from './column-type.ts'
import { type CatalogueConnection, readDescribedDatabase, readOwn } from './read-own.ts'

/** The procedures or functions of one database, in three statements. A name has one signature. */
export async function readRoutines(
  connection: CatalogueConnection,
  kind: RoutineKind,
  scope: SchemaScope,
  options: CallOptions,
): Promise<Routine[]> {
  const { database, prefix } = await readDescribedDatabase(connection, scope, options)
  const parameters = [database, kind.toUpperCase()]
  const routines = await readOwn(connection, { columns: ROUTINES, from: ROUTINES_FROM, parameters }, options)
  const all = await readOwn(connection, { columns: PARAMETERS, from: PARAMETERS_FROM, parameters }, options)
  const byRoutine = grouped(all, ({ routine }) => String(routine))
  return routines.map((row): Routine => {
    const name = String(row.name)
    return {
      name: `${prefix}${name}`,
      key: keyOf(kind, database, name),
      kind,
      parameters: (byRoutine.get(String(row.specific_name)) ?? []).map(describeParameter),
      ...(kind === 'function' ? { returns: { ...typeOf(row.returns), isSet: false } } : {}),
      ...(row.comment ? { description: String(row.comment) } : {}),
    }
  })
}

/** A procedure and a function may have one name. No name holds the character between them. */
function keyOf(kind: RoutineKind, database: string, name: string): string {
  return [kind, database, name].join(BETWEEN)
}

const BETWEEN = '\u0000'

/** Database and name of a routine. A bare name would be that of the server's own function, if there is one. */
export function pathOfRoutine({ key }: Pick<Routine, 'key'>): { database: string; name: string } {
  const [, database = '', name = ''] = key.split(BETWEEN)
  return { database, name }
}

const ROUTINES = {
  name: 'routine_name',
  specific_name: 'specific_name',
  returns: 'dtd_identifier',
  comment: 'routine_comment',
}
const ROUTINES_FROM = `from information_schema.routines where routine_schema = ? and routine_type = ?
  order by routine_name`

const PARAMETERS = {
  routine: 'specific_name',
  name: 'parameter_name',
  position: 'ordinal_position',
  mode: 'parameter_mode',
  type: 'dtd_identifier',
}
/** Position 0 is the value that a function returns. */
const PARAMETERS_FROM = `from information_schema.parameters where specific_schema = ? and routine_type = ?
  and ordinal_position > 0 order by specific_name, ordinal_position`

function describeParameter(row: CatalogueRow<keyof typeof PARAMETERS>): RoutineParameter {
  const { values: _values, ...type } = columnType(String(row.type))
  const also = row.mode === 'OUT' ? undefined : alsoTakes(type)
  return {
    name: String(row.name),
    position: Number(row.position),
    mode: row.mode === 'OUT' || row.mode === 'INOUT' ? row.mode : 'IN',
    ...type,
    ...(also ? { alsoTakes: also } : {}),
  }
}

function typeOf(dbType: string | number | null) {
  const { type, dbType: spelled } = columnType(String(dbType))
  return { type, dbType: spelled }
}
