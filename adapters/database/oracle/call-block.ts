import { createQueryId, sql } from 'kysely'
import type { CallQuery, RoutineParameter } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { isLargeText, spelledAs } from './column-kind.ts'
import type { Bind, Driver, DriverType } from './driver.ts'
import { storedName } from './names.ts'
import { type Parameter, toBind } from './parameter.ts'
import { LONGEST_TEXT } from './returned-rows.ts'
import { CURSOR, pathOfRoutine } from './routines.ts'

/** A call as a block of PL/SQL: `begin "HR"."PAY"("ID" => :1, "TOTAL" => :2); end;`. */
export interface CallBlock {
  readonly sql: string
  readonly binds: readonly Bind[]
  /** What its OUT places hold, in order: a parameter, or undefined for the value of a function. */
  readonly outputs: readonly (RoutineParameter | undefined)[]
}

/** Arguments go by name: one that has a default and is not given is left out. */
export function callBlock(query: CallQuery, dialect: SqlDialect<Parameter>, driver: Driver): CallBlock {
  const { routine } = query
  const { path, isOverloaded } = pathOfRoutine(routine)
  const places = new Places(driver, isOverloaded)
  const value = routine.returns && sql`${places.out(kindOf(routine.returns), undefined)} := `
  const list = routine.parameters.flatMap((parameter) => {
    const place = placeOf(parameter, query, { dialect, places })
    return place ? [sql`${sql.id(storedName(parameter.name))} => ${place}`] : []
  })
  const call = list.length === 0 ? sql.id(...path) : sql`${sql.id(...path)}(${sql.join(list)})`
  const block = sql`begin ${value ?? sql``}${call}; end;`
  const compiled = dialect.createQueryCompiler().compileQuery(block.toOperationNode(), createQueryId())
  return {
    sql: compiled.sql,
    // Every value in the fragment is one of the places.
    binds: compiled.parameters as readonly Bind[],
    outputs: places.outputs,
  }
}

function placeOf(
  parameter: RoutineParameter,
  { arguments: given }: CallQuery,
  { dialect, places }: { readonly dialect: SqlDialect<Parameter>; readonly places: Places },
): Fragment | undefined {
  const kind = kindOf(parameter)
  if (parameter.mode === 'OUT') return places.out(kind, parameter)
  const isGiven = Object.hasOwn(given, parameter.name)
  if (!isGiven && parameter.default !== undefined && parameter.mode === 'IN') return undefined
  const value = dialect.bind(isGiven ? (given[parameter.name] ?? null) : null, kind, 'store')
  if (parameter.mode === 'INOUT') return places.inOut(kind, parameter, value)
  const bound = places.in(value)
  if (kind.type === 'decimal') return sql`to_number(${bound})`
  return dialect.writeAs?.(bound, kind) ?? bound
}

/** Binds of a block. Values of IN places are of their own types; numbers and moments go out as texts, in the formats of the session. */
class Places {
  readonly outputs: (RoutineParameter | undefined)[] = []
  readonly #driver: Driver
  readonly #isOverloaded: boolean

  constructor(driver: Driver, isOverloaded: boolean) {
    this.#driver = driver
    this.#isOverloaded = isOverloaded
  }

  in(value: Parameter): Fragment {
    return sql`${toBind(value, this.#driver)}`
  }

  out(kind: ColumnKind, parameter: RoutineParameter | undefined): Fragment {
    this.outputs.push(parameter)
    return sql`${this.#output(kind, this.#driver.BIND_OUT)}`
  }

  inOut(kind: ColumnKind, parameter: RoutineParameter, value: Parameter): Fragment {
    this.outputs.push(parameter)
    const bind = this.#output(kind, this.#driver.BIND_INOUT)
    return sql`${{ ...bind, val: valueFor(bind.type, value, this.#driver) }}`
  }

  #output(kind: ColumnKind, dir: number): Bind {
    const type = this.#typeOf(kind)
    const sized = type === this.#driver.DB_TYPE_VARCHAR || type === this.#driver.DB_TYPE_RAW
    return { dir, type, ...(sized && { maxSize: LONGEST_TEXT }) }
  }

  #typeOf(kind: ColumnKind): DriverType {
    const driver = this.#driver
    const spelled = spelledAs(kind)
    if (spelled === CURSOR) return driver.DB_TYPE_CURSOR
    if (isLargeText(kind)) return driver.DB_TYPE_CLOB
    if (spelled === 'BLOB') return driver.DB_TYPE_BLOB
    if (spelled === 'RAW') return driver.DB_TYPE_RAW
    if (spelled.endsWith('BOOLEAN')) return driver.DB_TYPE_BOOLEAN
    if (kind.type === 'float') return driver.DB_TYPE_BINARY_DOUBLE
    const isNumber = kind.type === 'integer' || kind.type === 'decimal'
    // Which of several routines of a name is meant is seen by the types alone, though a number may lose digits then.
    return isNumber && this.#isOverloaded ? driver.DB_TYPE_NUMBER : driver.DB_TYPE_VARCHAR
  }
}

/** A value that goes in by a place of another type: numbers as their text. */
function valueFor(type: DriverType, value: Parameter, driver: Driver): unknown {
  const { val } = toBind(value, driver)
  if (val === null || val === undefined) return null
  if (type === driver.DB_TYPE_VARCHAR) return typeof val === 'string' ? val : String(val)
  return type === driver.DB_TYPE_NUMBER && typeof val === 'string' ? Number(val) : val
}

function kindOf({ type, dbType }: Pick<RoutineParameter, 'type' | 'dbType'>): ColumnKind {
  return { type: valueClassOf(type), dbType }
}
