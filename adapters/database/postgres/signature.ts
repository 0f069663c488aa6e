import type { Routine } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { ResultColumn } from '../sql/connection.ts'
import type { PostgresConnection } from './connection.ts'
import { type RoutineRow, type RoutineRows, readRoutineRows } from './routine-rows.ts'
import { type Argument, argumentsOf, type RoutineType, type RoutineTypes, routineTypes } from './routines.ts'

/** A result column, and how its text becomes a value again. */
export interface TypedColumn extends ResultColumn {
  /** SQL of its type. */
  readonly cast: string
}

/** What must be known of a routine to call it, as the database has it now. */
export interface Signature {
  readonly schema: string
  readonly name: string
  readonly arguments: readonly Argument[]
  /** Of a function its result, of a procedure its OUT and INOUT values; none of a function without a value. */
  readonly columns: readonly TypedColumn[]
}

/** Throws a retryable `not_found` when it is gone, or the login may not execute it any more. */
export async function readSignature(
  connection: Pick<PostgresConnection, 'read'>,
  { key, kind, name: shown }: Routine,
): Promise<Signature> {
  const selection = { kind, schema: '', id: key }
  const rows = await readRoutineRows((statement) => connection.read(statement, 'rows'), selection)
  const [row] = rows.routines
  if (!row) {
    const word = kind === 'procedure' ? 'Procedure' : 'Function'
    throw new AppError('not_found', `${word} '${shown}' does not exist in the database.`, {
      hint: `It was changed or dropped: list the ${kind}s again.`,
      retryable: true,
    })
  }
  const [, schema, name] = row
  const types = routineTypes(rows)
  const declared = argumentsOf(row, types)
  return { schema, name, arguments: declared, columns: columnsOf(row, declared, rows, types) }
}

function columnsOf(
  [, , name, returns]: RoutineRow,
  declared: readonly Argument[],
  { attributes }: RoutineRows,
  types: RoutineTypes,
): TypedColumn[] {
  const outputs = declared
    .filter(({ parameter }) => parameter.mode !== 'IN')
    .map(({ parameter, cast }) => typedColumn(parameter.name, { column: parameter, cast }))
  // One output of a row type stands for the columns of the row, as if the function returned it.
  if (returns === null || outputs.length > 1) return outputs
  const members = attributes.filter(([type]) => type === returns)
  if (members.length > 0) return members.map(([, member, type]) => typedColumn(member, types.get(type)))
  const type = types.get(returns)
  if (type?.column.dbType === 'void') return []
  return [typedColumn(outputs[0]?.name ?? name, type)]
}

export function typedColumn(
  name: string,
  {
    column,
    cast,
  }: Pick<RoutineType, 'cast'> & { readonly column: Pick<RoutineType['column'], 'type' | 'dbType'> } = TEXT,
): TypedColumn {
  return { name, type: valueClassOf(column.type), dbType: column.dbType, computed: false, cast }
}

const TEXT: RoutineType = { column: { type: 'text', dbType: 'text' }, cast: 'text' }
