import type { SchemaChange } from '../../../core/database/adapter.ts'
import { NO_TABLE_EXTRAS, type TableExtras } from '../../../core/database/extras.ts'
import type { TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { ExtrasChange } from '../../../core/service.ts'
import { readRows } from '../read-rows.ts'
import { loadSchema } from '../table-access.ts'
import { tableNamed } from './stored-table.ts'
import { requireFreeAliases } from './table-aliases.ts'

/** One table's part of a request: what its database is asked to do, and what is kept beside it afterwards. */
export interface Step {
  /** As the database spells it. */
  readonly table: string
  readonly change: SchemaChange | undefined
  /** Undefined: nothing is kept any more. Pure: it may be called more than once. */
  readonly extras: (now: TableExtras) => TableExtras | undefined
}

/**
 * Carries out the steps: the database first, in one transaction where it can, then what is kept. Every node reads the catalogue
 * again. Throws what the database refuses, with the tables that were changed before.
 */
export async function applySteps(steps: readonly Step[], context: OperationContext): Promise<void> {
  const { service } = context
  // What cannot be kept is refused before anything is done.
  const { tables } = await loadSchema(context)
  const names = [...tables, ...steps.map(({ table }) => ({ name: table }))].map(({ name }) => name)
  await service.changeExtras(keeping(steps, names), { check: true })
  const changes = steps.flatMap(({ change }) => change ?? [])
  for (const change of changes) await requireValues(change, context)
  const done = new Set<Step>()
  try {
    if (service.adapter.capabilities.has('schema.transactions') || changes.length < 2) {
      if (changes.length > 0) await altered(changes, context)
      for (const step of steps) done.add(step)
    } else await alterEach(steps, done, context)
  } finally {
    if (done.size > 0) await keep([...done], names, context)
    else await service.forget()
  }
}

/** Rows have a value for every field that takes no null: engines refuse one without, or make one up. Throws `bad_request`. */
async function requireValues(change: SchemaChange, context: OperationContext): Promise<void> {
  if (change.kind !== 'change_table') return
  const field = change.add.find(
    ({ allowNull, default: given, autoIncrement }) => !allowNull && !autoIncrement && given === undefined,
  )
  if (!field || !(await hasRows(change.table, context))) return
  throw new AppError(
    'bad_request',
    `Field '${field.name}' takes no null, and the rows of '${change.table.name}' have no value for it.`,
    { hint: 'Give it a default, or set allow_null to true.', context: { field: field.name } },
  )
}

/** For an engine that cannot undo such a change: table by table, in the order of the request. */
async function alterEach(steps: readonly Step[], done: Set<Step>, context: OperationContext): Promise<void> {
  for (const step of steps) {
    try {
      if (step.change) await altered([step.change], context)
      done.add(step)
    } catch (error) {
      throw done.size === 0 ? error : partly(error, step, [...done])
    }
  }
}

/** What was refused may lie in the values of a field: then the error names those that were changed. */
async function altered(
  changes: readonly SchemaChange[],
  { service, signal }: OperationContext,
): Promise<void> {
  try {
    await service.adapter.alter(changes, { signal })
  } catch (error) {
    const fields = changes.flatMap((one) =>
      one.kind === 'change_table' ? one.change.map(({ name }) => name) : [],
    )
    const mayBeValues =
      error instanceof AppError && (error.code === 'conflict' || error.code === 'bad_request')
    if (!mayBeValues || error.retryable || error.context !== undefined || fields.length === 0) throw error
    const { code, message, hint, cause } = error
    throw new AppError(code, `Changing ${fields.join(', ')}: ${message}`, {
      context: { fields },
      cause,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

function partly(error: unknown, failed: Step, done: readonly Step[]): unknown {
  if (!(error instanceof AppError)) return error
  const changed = done.map(({ table }) => table)
  return new AppError(error.code, `Table '${failed.table}': ${error.message}`, {
    hint: `This database changes each table by itself. Done before: ${changed.join(', ')}. Not done: '${failed.table}' and those after it.`,
    context: { changed, failed: failed.table },
    cause: error.cause ?? error,
  })
}

async function keep(
  steps: readonly Step[],
  names: readonly string[],
  { service }: OperationContext,
): Promise<void> {
  await service.forget()
  await service.changeExtras(keeping(steps, names), {
    renew: steps.some(({ change }) => change !== undefined),
  })
}

/** `names` are those of the tables of the database, the new ones among them. */
function keeping(steps: readonly Step[], names: readonly string[]): ExtrasChange {
  return (now) => {
    const changed = new Map(
      steps.map(({ table, extras }) => [table, extras(now.get(table) ?? NO_TABLE_EXTRAS)] as const),
    )
    requireFreeAliases(now, changed, names)
    return changed
  }
}

/** Whether a table holds anything that could be lost. */
async function hasRows(table: TableDefinition, { service, signal }: OperationContext): Promise<boolean> {
  const [field] = table.fields
  if (!field) return false
  const query = { table: tableNamed(table), fields: [field.name], limit: 1 }
  return (await readRows(service.adapter, query, signal)).length > 0
}

/** Throws `bad_request` for what would lose something, unless the request says that it may. */
export async function requireForce(
  loses: string | undefined,
  table: TableDefinition,
  force: boolean,
  context: OperationContext,
): Promise<void> {
  if (loses === undefined || force || !(await hasRows(table, context))) return
  throw lossRefused(loses)
}

export function lossRefused(what: string): AppError {
  return new AppError('bad_request', `This would delete ${what}.`, {
    hint: 'Set force=true if that is meant. Nothing was changed.',
  })
}
