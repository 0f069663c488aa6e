import { z } from 'zod'
import type { Table, TableDefinition } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import { defineOperation, type Operation, type OperationContext } from '../../../core/operation.ts'
import { tableNamedFor } from '../../table-named.ts'
import { tableName } from '../inputs.ts'
import { findTable, loadSchema } from '../table-access.ts'
import { applySteps, lossRefused, requireForce, type Step } from './apply-plans.ts'
import { type GivenTable, givenTable } from './given-table.ts'
import { planChangedTable } from './plan-changed-table.ts'
import { tableExtras } from './plan-extras.ts'
import { planNewTable } from './plan-new-table.ts'
import { relationsKept } from './plan-relations.ts'
import type { ReferenceScope } from './reference-target.ts'
import { requireReach, requireSchemaAccess, requireSpeech, requireWhole } from './schema-access.ts'
import type { TablePlan } from './table-plan.ts'

const MOST_TABLES = 200

const input = z.strictObject({
  tables: z.array(z.custom<Json>()).max(MOST_TABLES, `At most ${MOST_TABLES} tables in one request.`),
  /** The one table of an address: it must be there. */
  table_name: tableName.optional(),
  /** Refuses tables that are there already, in place of changing them. */
  check_exist: z.boolean().optional(),
  force: z.boolean().optional(),
})
type WriteTables = z.infer<typeof input>

interface WrittenTables {
  readonly names: readonly string[]
}

/** Makes tables; those that are there get what they lack (dreamfactory-rest §5.5). */
export const createTables = writeOperation('create_tables', 'POST')
/** PATCH: what is not said stays. */
export const updateTables = writeOperation('update_tables', 'PATCH')
/** PUT: fields that are not listed go. */
export const replaceTables = writeOperation('replace_tables', 'PUT')

function writeOperation(name: string, verb: 'POST' | 'PUT' | 'PATCH'): Operation<WriteTables, WrittenTables> {
  return defineOperation<WriteTables, WrittenTables>({
    name,
    kind: 'database',
    verb,
    needs: ['schema.write'],
    input,
    resource: () => '_schema',
    filtersItself: true,
    run: (request, context) => writeTables(request, verb, context),
  })
}

async function writeTables(
  request: WriteTables,
  verb: 'POST' | 'PUT' | 'PATCH',
  context: OperationContext,
): Promise<WrittenTables> {
  const word = verb === 'POST' ? 'create' : 'update'
  if (request.tables.length === 0) throw new AppError('bad_request', `No data in schema ${word} request.`)
  const asked = request.tables.map((table) => givenTable(table, request.table_name))
  // Which names are aliases is known when the schema is.
  const schema = await loadSchema(context)
  const given = asked.map((table) => ownName(table, context))
  for (const { name } of given) requireSchemaAccess(name, verb, context)
  const steps: Step[] = []
  const made = new Map<string, TableDefinition>()
  for (const table of given) {
    const scope = { schema, context, made }
    const { step, result } = await planOne(table, { request, verb }, scope)
    if (made.has(result.name.toLowerCase()))
      throw new AppError('bad_request', `Table '${result.name}' is given twice.`)
    made.set(result.name.toLowerCase(), result)
    steps.push(step)
  }
  await applySteps(steps, context)
  return { names: steps.map(({ table }) => table) }
}

/** A key is said by its fields when the table is made. Throws `bad_request` for another one, which would be passed over. */
function requireSameKey(
  { primaryKey: said }: GivenTable,
  { name, primaryKey }: TableDefinition,
  known: Table | undefined,
): void {
  if (said === undefined) return
  const keys = [primaryKey, known?.primaryKey ?? []].map((key) => key.join('\u0000').toLowerCase())
  if (keys.includes(said.join('\u0000').toLowerCase())) return
  throw new AppError('bad_request', `'primary_key' is not the key of '${name}'.`, {
    hint: 'A key is chosen when the table is made, by is_primary_key of its fields, and is not changed.',
    context: { attribute: 'primary_key' },
  })
}

/** A table that was called by its alias. */
function ownName(given: GivenTable, { caller, service, services }: OperationContext): GivenTable {
  return { ...given, name: tableNamedFor(caller, services, service.info.name)(given.name) }
}

interface Mode {
  readonly request: WriteTables
  readonly verb: 'POST' | 'PUT' | 'PATCH'
}

async function planOne(
  given: GivenTable,
  { request, verb }: Mode,
  scope: ReferenceScope,
): Promise<{ step: Step; result: TableDefinition }> {
  const { schema, context } = scope
  requireSpeech(given.fields ?? [], context)
  const known =
    request.table_name === undefined
      ? findByName(schema.tableByName, given.name)
      : findTable(schema, given.name, context)
  if (known && request.check_exist)
    throw new AppError('conflict', `A table with name '${known.name}' already exist in the database.`)
  const replaces = verb === 'PUT'
  const plan: TablePlan = known
    ? planChangedTable(given, { table: known, replaces }, scope)
    : planNewTable(given, scope)
  if (known) requireReach(known.name, plan, given.fields ?? [], context)
  else requireWhole(plan.result.name, [], context)
  if (known && plan.loses !== undefined && replaces && !request.force) throw lossRefused(plan.loses)
  if (known) await requireForce(plan.loses, plan.result, request.force ?? false, context)
  const { result, change } = plan
  requireSameKey(given, result, known)
  const relations = given.relations ?? []
  const step: Step = {
    table: result.name,
    change,
    extras: (now) => {
      const kept = tableExtras(now, given, result)
      return known ? relationsKept(kept, relations, { schema, table: known, context }) : kept
    },
  }
  if (!known && relations.length > 0)
    throw new AppError(
      'bad_request',
      `'${result.name}' is new: its relationships are declared when it is there.`,
    )
  return { step, result }
}
