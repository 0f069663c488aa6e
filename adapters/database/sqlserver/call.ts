import { createQueryId, sql } from 'kysely'
import type { CallQuery, CallResult, RoutineParameter } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { ResultColumn } from '../sql/connection.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import { outcomeUnknown } from '../sql/interruption.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import type { Answer, AnswerSet } from './ask.ts'
import { baseType } from './column-type.ts'
import type { SqlserverConnection } from './connection.ts'
import { decodeRows } from './decode.ts'
import { raisedError } from './errors.ts'
import { missingArgument } from './missing-argument.ts'
import type { Parameter } from './parameter.ts'
import { resultColumns } from './result-column.ts'
import { partsOf } from './routines.ts'

/** What a call needs of its connection. */
type CallConnection = Pick<SqlserverConnection, 'call' | 'rollback' | 'destroy' | 'isUsable'>

interface CallWays {
  readonly dialect: SqlDialect<Parameter>
  /** Procedures are called read-only: the login's rights are vouched for. */
  readonly trustsProcedures: boolean
}

/**
 * Runs a procedure or function. A procedure that fails keeps what it had committed by then, as with any client; a transaction that it
 * leaves open is rolled back. Functions of this database change nothing; of procedures nobody can know, and it has no transactions that
 * are read-only, so none is called read-only unless the login is vouched for.
 */
export async function callRoutine(
  connection: CallConnection,
  query: CallQuery,
  { dialect, trustsProcedures }: CallWays,
): Promise<CallResult> {
  const isFunction = query.routine.kind === 'function'
  if (query.readOnly && !isFunction && !trustsProcedures) throw mayWrite()
  const call = new Call(connection, query, dialect)
  try {
    return await (isFunction ? callFunction(call) : callProcedure(call))
  } catch (error) {
    throw connection.isUsable
      ? (missingArgument(error, query.routine) ?? raisedError(error))
      : outcomeUnknown(error)
  } finally {
    if (connection.isUsable) await connection.rollback().catch(() => connection.destroy())
  }
}

function mayWrite(): AppError {
  return new AppError(
    'not_supported',
    'This database cannot keep a procedure from changing something, so none is called read-only.',
    { hint: 'It needs a service that may write and a role that may POST it.' },
  )
}

/** A call under way: fragments of SQL become statements here. */
class Call {
  readonly query: CallQuery
  readonly #connection: CallConnection
  readonly #dialect: SqlDialect<Parameter>

  constructor(connection: CallConnection, query: CallQuery, dialect: SqlDialect<Parameter>) {
    this.#connection = connection
    this.query = query
    this.#dialect = dialect
  }

  get name(): Fragment {
    const { schema, name } = partsOf(this.query.routine)
    return sql.id(schema, name)
  }

  run(fragment: Fragment): Promise<Answer> {
    const compiler = this.#dialect.createQueryCompiler()
    const { sql, parameters } = compiler.compileQuery(fragment.toOperationNode(), createQueryId())
    // Every value in a fragment here is what `value` bound.
    return this.#connection.call({ sql, as: 'statement', parameters: parameters as readonly Parameter[] })
  }

  isGiven({ name }: RoutineParameter): boolean {
    return Object.hasOwn(this.query.arguments, name)
  }

  /** An argument as a placeholder, null where none is given. */
  value(parameter: RoutineParameter): Fragment {
    const { arguments: given } = this.query
    const kind = kindOf(parameter)
    const value = (this.isGiven(parameter) ? given[parameter.name] : null) ?? null
    const bound = sql`${this.#dialect.bind(value, kind, 'store')}`
    return this.#dialect.writeAs?.(bound, kind) ?? bound
  }

  read(value: Fragment, parameter: Pick<RoutineParameter, 'type' | 'dbType'>): Fragment {
    return this.#dialect.readAs?.(value, kindOf(parameter)) ?? value
  }
}

async function callFunction(call: Call): Promise<CallResult> {
  const { routine } = call.query
  const { name, isTable } = partsOf(routine)
  const values = routine.parameters.map((parameter) =>
    call.isGiven(parameter) || parameter.default === undefined ? call.value(parameter) : sql`default`,
  )
  const list = values.length > 0 ? sql.join(values) : sql``
  const result = sql`${call.name}(${list})`
  if (isTable) return { sets: (await call.run(sql`select * from ${result}`)).sets.map(rowsOf), out: {} }
  const returns = routine.returns ?? { type: 'text', dbType: '' }
  const { sets } = await call.run(sql`select ${call.read(result, returns)}`)
  return { sets: [decodeRows(sets[0]?.rows ?? [], [asked(name, returns)])], out: {} }
}

/**
 * Variables of the statement carry values out; their names are ours, never a caller's. The last set is theirs. What is not given is left
 * out: the procedure has a default for it, or the server says that it needs one.
 */
async function callProcedure(call: Call): Promise<CallResult> {
  const out = call.query.routine.parameters.filter(({ mode }) => mode !== 'IN')
  const declared = [
    sql`declare @status int`,
    ...out.map((parameter) => {
      return sql`declare ${variable(parameter)} ${sql.raw(variableType(parameter))} = ${call.value(parameter)}`
    }),
  ]
  const values = call.query.routine.parameters.flatMap((parameter) => {
    if (parameter.mode !== 'IN') return [sql`${parameterName(parameter)} = ${variable(parameter)} output`]
    return call.isGiven(parameter) ? [sql`${parameterName(parameter)} = ${call.value(parameter)}`] : []
  })
  const list = values.length > 0 ? sql` ${sql.join(values)}` : sql``
  const given = [
    sql`@status as "status"`,
    ...out.map((one) => sql`${call.read(variable(one), one)} as ${sql.id(one.name)}`),
  ]
  const { sets } = await call.run(
    sql`${sql.join(declared, NEXT)}; exec @status = ${call.name}${list}; select ${sql.join(given)}`,
  )
  const last = sets.at(-1)
  return { sets: sets.slice(0, -1).map(rowsOf), out: outOf(last, out) }
}

const NEXT = sql`; `

/** What a procedure returns is a number of its success: it is told where it is another one than 0. */
function outOf(set: AnswerSet | undefined, out: readonly RoutineParameter[]): Row {
  const columns = out.map((parameter) => asked(parameter.name, parameter))
  const [row] = set?.rows ?? []
  const [values = {}] = decodeRows(row ? [row.slice(1)] : [], columns)
  const status = Number(row?.[0] ?? 0)
  return status === 0 || Object.hasOwn(values, STATUS) ? values : { ...values, [STATUS]: status }
}

const STATUS = 'return_value'

function variable({ position }: RoutineParameter): Fragment {
  return sql.raw(`@out${position}`)
}

/** A name of the catalogue: letters, digits and the signs that T-SQL takes in one. */
function parameterName({ name }: RoutineParameter): Fragment {
  if (/^[\p{L}\p{N}_@#$]+$/u.test(name)) return sql.raw(`@${name}`)
  throw new AppError('not_supported', 'A parameter of this routine has a name that cannot be written.')
}

/** The catalogue's own words, which `columnType` put together. */
function variableType({ dbType }: RoutineParameter): string {
  if (baseType(dbType) === 'rowversion') return 'binary(8)'
  if (/^[a-z0-9_]+(\((max|\d+(,\d+)?)\))?$/i.test(dbType)) return dbType
  throw new AppError('not_supported', 'A parameter of this routine has a type that cannot be passed.')
}

function rowsOf({ rows, columns }: AnswerSet): Row[] {
  return decodeRows(rows, resultColumns(columns))
}

function kindOf({ type, dbType }: Pick<RoutineParameter, 'type' | 'dbType'>): ColumnKind {
  return { type: valueClassOf(type), dbType }
}

function asked(name: string, of: Pick<RoutineParameter, 'type' | 'dbType'>): ResultColumn {
  return { name, ...kindOf(of), computed: false }
}
