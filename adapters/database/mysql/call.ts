import { createQueryId, sql } from 'kysely'
import type { CallQuery, CallResult, Routine, RoutineParameter } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import { outcomeUnknown } from '../sql/interruption.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { raisedError, readOnlyError } from './call-errors.ts'
import type { MysqlConnection } from './connection.ts'
import { type AskedColumn, decodeRows } from './decode.ts'
import type { DriverAnswer } from './driver-answer.ts'
import type { Parameter } from './parameter.ts'
import { kindOfResult } from './result-column.ts'
import { endingOpenTransaction, sealed } from './routine-transaction.ts'
import { pathOfRoutine } from './routines.ts'

/** What a call needs of its connection. */
type CallConnection = Pick<MysqlConnection, 'callSets' | 'command' | 'rollback' | 'destroy' | 'isUsable'>

/**
 * Runs a procedure or function. A procedure that fails keeps what it had committed by then, as with any client; a
 * transaction that it leaves open is rolled back.
 */
export async function callRoutine(
  connection: CallConnection,
  query: CallQuery,
  dialect: SqlDialect<Parameter>,
): Promise<CallResult> {
  const call = new Call(connection, dialect)
  const work = () => (query.routine.kind === 'function' ? callFunction : callProcedure)(call, query)
  try {
    return await (query.readOnly ? sealed : endingOpenTransaction)(connection, work)
  } catch (error) {
    if (query.readOnly) throw readOnlyError(error)
    throw connection.isUsable ? raisedError(error) : outcomeUnknown(error)
  }
}

/** A call under way: fragments of SQL become statements here. */
class Call {
  readonly connection: CallConnection
  readonly dialect: SqlDialect<Parameter>

  constructor(connection: CallConnection, dialect: SqlDialect<Parameter>) {
    this.connection = connection
    this.dialect = dialect
  }

  run(fragment: Fragment): Promise<readonly DriverAnswer[]> {
    const compiler = this.dialect.createQueryCompiler()
    const { sql, parameters } = compiler.compileQuery(fragment.toOperationNode(), createQueryId())
    // Every value in a fragment here is what `value` bound.
    return this.connection.callSets(sql, parameters as readonly Parameter[])
  }

  /** An argument as a placeholder. */
  value(parameter: RoutineParameter, { arguments: given }: CallQuery): Fragment {
    const kind = kindOf(parameter)
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : null
    const bound = sql`${this.dialect.bind(value ?? null, kind, 'store')}`
    return this.dialect.writeAs?.(bound, kind) ?? bound
  }
}

async function callFunction(call: Call, query: CallQuery): Promise<CallResult> {
  const { routine } = query
  const kind = kindOf(routine.returns ?? { type: 'text', dbType: '' })
  const values = routine.parameters.map((parameter) => call.value(parameter, query))
  const value = sql`${nameOf(routine)}(${sql.join(values)})`
  const [set] = await call.run(sql`select ${await readOnce(call, value, kind)}`)
  const columns = [asked(pathOfRoutine(routine).name, kind)]
  return { sets: [decodeRows(set?.rows ?? [], columns, set?.columns ?? [])], out: {} }
}

function nameOf(routine: Routine): Fragment {
  const { database, name } = pathOfRoutine(routine)
  return sql.id(database, name)
}

/** What is read by an expression that has the value several times is kept first: a function must run once. */
async function readOnce(call: Call, value: Fragment, kind: ColumnKind): Promise<Fragment> {
  const { readAs } = call.dialect
  if (!readAs || readAs(value, kind) === value) return value
  await call.run(sql`set ${RESULT} = ${value}`)
  return readAs(RESULT, kind)
}

const RESULT = sql.raw('@sluice_result')

async function callProcedure(call: Call, query: CallQuery): Promise<CallResult> {
  const { routine } = query
  const both = routine.parameters.filter(({ mode }) => mode === 'INOUT')
  const given = both.map((parameter) => sql`${variable(parameter)} = ${call.value(parameter, query)}`)
  if (given.length > 0) await call.run(sql`set ${sql.join(given)}`)
  const places = routine.parameters.map((parameter) =>
    parameter.mode === 'IN' ? call.value(parameter, query) : variable(parameter),
  )
  const sets = await call.run(sql`call ${nameOf(routine)}(${sql.join(places)})`)
  return { sets: sets.map(rowsOf), out: await readOut(call, routine) }
}

/** Variables of the session carry values out; their names are ours, never a caller's. */
function variable({ position }: RoutineParameter): Fragment {
  return sql.raw(`@sluice_${position}`)
}

function outOf({ parameters }: Routine): RoutineParameter[] {
  return parameters.filter(({ mode }) => mode !== 'IN')
}

/** A variable forgets the type of its parameter, so its value is read by the declared one. */
async function readOut(call: Call, routine: Routine): Promise<Row> {
  const parameters = outOf(routine)
  if (parameters.length === 0) return {}
  const selected = parameters.map(
    (parameter) => call.dialect.readAs?.(variable(parameter), kindOf(parameter)) ?? variable(parameter),
  )
  const [set] = await call.run(sql`select ${sql.join(selected)}`)
  const columns = parameters.map((parameter) => asked(parameter.name, kindOf(parameter)))
  const driverColumns = parameters.map((parameter, at) =>
    /^float\b/i.test(parameter.dbType) ? { columnType: FLOAT } : { ...set?.columns[at] },
  )
  return decodeRows(set?.rows ?? [], columns, driverColumns)[0] ?? {}
}

/** The protocol's number of a float of 32 bits: as a variable it is the double that is next to it. */
const FLOAT = 4

function rowsOf({ rows, columns }: DriverAnswer): Row[] {
  const names = new Set<string>()
  return decodeRows(
    rows,
    columns.map((column) => asked(freeName(column.name, names), kindOfResult(column))),
    columns,
  )
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

function asked(name: string, kind: ColumnKind): AskedColumn {
  return { name, ...kind, computed: false }
}
