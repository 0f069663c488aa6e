import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { ownStatement } from '../sql/connection.ts'
import type { CatalogueConnection, CatalogueRow } from './catalogue-rows.ts'
import type { Parameter } from './parameter.ts'
import type { ParameterRow } from './routines.ts'

/** In the order in which `sp_sproc_columns` gives them (learn.microsoft.com, "sp_sproc_columns"). */
const COLUMNS = [
  'procedure_qualifier',
  'procedure_owner',
  'procedure_name',
  'column_name',
  'column_type',
  'data_type',
  'type_name',
  'precision',
  'length',
  'scale',
  'radix',
  'nullable',
  'remarks',
  'column_def',
  'sql_data_type',
  'sql_datetime_sub',
  'char_octet_length',
  'ordinal_position',
  'is_nullable',
  'ss_data_type',
] as const

/** Parameters where the server has no `sys.parameters`, or shows nothing in it: asked for routine by routine. */
export async function readProcedureColumns(
  connection: CatalogueConnection,
  routines: readonly CatalogueRow<'id' | 'schema' | 'name'>[],
  options: CallOptions,
): Promise<ParameterRow[]> {
  const found: ParameterRow[] = []
  for (const { id, schema, name } of routines) {
    const parameters = [name, schema].map((value): Parameter => ({ type: 'text', value: String(value) }))
    const statement = ownStatement(
      'exec sp_sproc_columns @procedure_name = @1, @procedure_owner = @2',
      COLUMNS,
      parameters,
    )
    const result = await connection.read(statement, 'rows', options).catch((error: unknown) => {
      if (error instanceof AppError && (error.code === 'timeout' || error.code === 'unavailable')) throw error
      return { rows: [] }
    })
    const rows = 'rows' in result ? result.rows : []
    found.push(...rows.filter((row) => isOf(row, schema, name)).map((row) => parameterOf(id, row)))
  }
  return found
}

/** The name that is asked for is a pattern, in which `_` is any character; what comes has the number of its group: `count_orders;1`. Absent is not other. */
function isOf(row: { readonly [column: string]: unknown }, schema: unknown, name: unknown): boolean {
  const isSame = (told: unknown, asked: unknown) =>
    told === null || String(told).toLowerCase() === String(asked).toLowerCase()
  const told = row.procedure_name === null ? null : String(row.procedure_name).replace(/;\d+$/, '')
  return isSame(told, name) && isSame(row.procedure_owner, schema)
}

/** Column types of ODBC: 1 is given, 2 both, 4 given out, 5 the value of a function; a procedure's status is none of ours. */
function parameterOf(id: ParameterRow['id'], row: { readonly [column: string]: unknown }): ParameterRow {
  const mode = Number(row.column_type)
  const place =
    mode === RESULT || String(row.column_name) === '@RETURN_VALUE' ? 0 : Number(row.ordinal_position)
  const type = String(row.type_name).replace(/\(.*/s, '')
  const bytes = Number(row.length)
  return {
    id,
    name: String(row.column_name),
    place,
    is_output: mode === BOTH || mode === GIVEN_OUT,
    type,
    base: type,
    max_length: bytes >= LONGEST ? -1 : bytes,
    precision: Number(row.precision),
    scale: Number(row.scale ?? 0),
  }
}

const BOTH = 2
const GIVEN_OUT = 4
const RESULT = 5
/** What a type without limit is told to be. */
const LONGEST = 1_073_741_823
