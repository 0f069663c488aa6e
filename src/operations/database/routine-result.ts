import type { CallResult, Routine } from '../../core/database/query.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { type Cast, castTo } from './cast-result.ts'

/** What a caller asks of the result (dreamfactory-rest §6). */
export interface ResultWish {
  /** Key of the rows. */
  readonly wrapper?: string | undefined
  /** A type for one value, or `TABLE` for rows. */
  readonly returns?: string | undefined
  /** Types by column or OUT parameter. */
  readonly schema?: Readonly<Record<string, string>> | undefined
}

export interface ResultPlan {
  readonly wrapper: string | undefined
  /** The first value alone, so converted. */
  readonly one: Cast | undefined
  readonly isTable: boolean
  /** By lower-cased name. */
  readonly casts: ReadonlyMap<string, Cast>
}

/** Throws `bad_request` for types that are none: before anything is called. */
export function planResult({ wrapper, returns, schema }: ResultWish): ResultPlan {
  const isTable = returns?.trim().toLowerCase() === 'table'
  return {
    wrapper,
    one: returns === undefined || isTable ? undefined : castTo(returns),
    isTable,
    casts: new Map(Object.entries(schema ?? {}).map(([name, type]) => [name.toLowerCase(), castTo(type)])),
  }
}

const DEFAULT_WRAPPER = 'resource'

/** The key of the rows beside OUT values. Throws `bad_request` when an OUT parameter has that name. */
export function requireFreeWrapper(routine: Routine, { wrapper = DEFAULT_WRAPPER }: ResultPlan): void {
  if (!outputsOf(routine).some((name) => name.toLowerCase() === wrapper.toLowerCase())) return
  throw new AppError('bad_request', `'${routine.name}' has an OUT parameter '${wrapper}'.`, {
    hint: 'Give the rows another name as wrapper.',
  })
}

/** Rows bare, or under the wrapper; with OUT values an object of both. */
export function procedureAnswer(routine: Routine, result: CallResult, plan: ResultPlan): Json {
  const { sets, out } = converted(withOutputs(routine, result), plan)
  if (plan.one) return wrapped(plan.one(firstValue(sets, out)), plan)
  const rows: Json = sets.length === 1 ? (sets[0] ?? []) : sets
  if (Object.keys(out).length === 0) return wrapped(rows, plan)
  const hasRows = sets.some((set) => set.length > 0)
  return { ...(hasRows ? { [plan.wrapper ?? DEFAULT_WRAPPER]: rows } : {}), ...out }
}

/** One value, one row as an object, rows, or lists of rows. A set-returning function always gives rows, were it only one. */
export function functionAnswer(routine: Routine, result: CallResult, plan: ResultPlan): Json {
  const { sets, out } = converted(result, plan)
  if (plan.one) return plan.one(firstValue(sets, out))
  if (sets.length > 1) return sets
  const rows = sets[0] ?? (Object.keys(out).length > 0 ? [out] : [])
  if (routine.returns?.isSet || plan.isTable || rows.length > 1) return rows
  const [row] = rows
  if (!row) return null
  const [value, ...others] = Object.values(row)
  return others.length === 0 ? (value ?? null) : row
}

function outputsOf({ parameters }: Routine): string[] {
  return parameters.filter(({ mode }) => mode !== 'IN').map(({ name }) => name)
}

/** A set of one row whose columns are OUT parameters is their values, as far as the engine has not told them itself. */
function withOutputs(routine: Routine, { sets, out }: CallResult): CallResult {
  const outputs = new Map(outputsOf(routine).map((name) => [name.toLowerCase(), name]))
  const values: Record<string, Json> = { ...out }
  const left = sets.filter(([row, ...others]) => {
    const columns = Object.entries(row ?? {})
    const isOutputs = columns.length > 0 && columns.every(([name]) => outputs.has(name.toLowerCase()))
    if (others.length > 0 || !isOutputs) return true
    for (const [column, value] of columns) values[outputs.get(column.toLowerCase()) ?? column] ??= value
    return false
  })
  return { sets: left, out: values }
}

function converted({ sets, out }: CallResult, { casts }: ResultPlan): CallResult {
  if (casts.size === 0) return { sets, out }
  const row = (given: Row): Row =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, casts.get(name.toLowerCase())?.(value) ?? value]),
    )
  return { sets: sets.map((rows) => rows.map(row)), out: row(out) }
}

function firstValue(sets: CallResult['sets'], out: Row): Json {
  const row = sets.find((rows) => rows.length > 0)?.[0] ?? out
  return Object.values(row)[0] ?? null
}

function wrapped(value: Json, { wrapper }: ResultPlan): Json {
  return wrapper === undefined ? value : { [wrapper]: value }
}
