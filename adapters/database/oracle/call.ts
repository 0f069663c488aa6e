import type { CallQuery, CallResult, Routine, RoutineParameter } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import type { Json, Row } from '../../../src/core/database/value.ts'
import { MAX_ANSWER_BYTES } from '../sql/answer-size.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import { outcomeUnknown } from '../sql/interruption.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { type CallBlock, callBlock } from './call-block.ts'
import { raisedError, readOnlyError, sealRefused } from './call-errors.ts'
import type { OracleConnection } from './connection.ts'
import { keepMoments } from './cursor-moment.ts'
import { decode } from './decode.ts'
import { type Driver, type DriverResult, type DriverResultSet, isResultSet } from './driver.ts'
import { AnswerSize, readCells, readParts } from './fetch-rows.ts'
import { shownName } from './names.ts'
import type { Parameter } from './parameter.ts'
import { kindOfResult } from './result-column.ts'
import { pathOfRoutine } from './routines.ts'

/** What a call needs of its connection. */
export type CallConnection = Pick<
  OracleConnection,
  'callBlock' | 'begin' | 'beginSealed' | 'unseal' | 'commit' | 'rollback' | 'destroy' | 'isUsable' | 'driver'
>

/**
 * Runs a procedure or function in one transaction, which is kept when it is done; what it commits on its way stays. A read-only one may
 * neither change nor commit anything, and nothing of it is kept.
 */
export async function callRoutine(
  connection: CallConnection,
  query: CallQuery,
  dialect: SqlDialect<Parameter>,
): Promise<CallResult> {
  const block = callBlock(query, dialect, connection.driver)
  try {
    if (query.readOnly) await sealed(connection)
    else await connection.begin()
    const result = await readResult(await connection.callBlock(block.sql, block.binds), query.routine, {
      block,
      driver: connection.driver,
    })
    await (query.readOnly ? connection.rollback() : connection.commit())
    if (query.readOnly) await connection.unseal()
    return result
  } catch (error) {
    if (!connection.isUsable) throw query.readOnly ? error : outcomeUnknown(error)
    // A connection that cannot be brought to order is closed: its session may still be the sealed one.
    if (query.readOnly) connection.destroy()
    else await connection.rollback().catch(() => connection.destroy())
    throw query.readOnly ? readOnlyError(error) : raisedError(error)
  }
}

/** Throws `not_supported` where the server does not take what keeps a routine from changing anything: then it does not run. */
async function sealed(connection: CallConnection): Promise<void> {
  try {
    await connection.beginSealed()
  } catch (error) {
    throw connection.isUsable ? sealRefused(error) : error
  }
}

/** OUT values in the order of the block, cursors among them; then what the routine returned by itself. */
async function readResult(
  { outBinds = [], implicitResults = [] }: DriverResult,
  routine: Routine,
  { block: { outputs }, driver }: { readonly block: CallBlock; readonly driver: Driver },
): Promise<CallResult> {
  const size = new AnswerSize(MAX_ANSWER_BYTES)
  const sets: (readonly Row[])[] = []
  const out: [string, Json][] = []
  const cells = await readCells(outBinds, size)
  for (const [at, parameter] of outputs.entries()) {
    const cell = cells[at] ?? null
    if (isResultSet(cell)) sets.push(await readSet(cell, driver))
    else if (parameter) out.push([parameter.name, decode(cell, { ...kindOf(parameter), computed: false })])
    else if (routine.returns)
      sets.push([valueRow(routine, decode(cell, { ...kindOf(routine.returns), computed: false }))])
  }
  for (const set of implicitResults) sets.push(await readSet(set, driver))
  return { sets, out: Object.fromEntries(out) }
}

function valueRow(routine: Routine, value: Json): Row {
  const { path } = pathOfRoutine(routine)
  return { [shownName(path.at(-1) ?? '')]: value }
}

async function readSet(set: DriverResultSet, driver: Driver): Promise<readonly Row[]> {
  const names = new Set<string>()
  const columns = set.metaData.map((column) => ({
    name: freeName(shownName(column.name), names),
    ...kindOfResult(column),
    computed: false as const,
  }))
  keepMoments(set, driver)
  const rows: Row[] = []
  for await (const part of readParts(set, { columns, partRows: undefined })) rows.push(...part)
  return rows
}

/** Two columns of one name are both kept: `id` and `id_2`. */
function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`
  taken.add(free)
  return free
}

function kindOf({ type, dbType }: Pick<RoutineParameter, 'type' | 'dbType'>): ColumnKind {
  return { type: valueClassOf(type), dbType }
}
