import { z } from 'zod'
import type { DatabaseSchema, Table } from '../../../core/database/schema.ts'
import { storedDefinition } from '../../../core/database/stored-definition.ts'
import { AppError } from '../../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import { tableNamedFor } from '../../table-named.ts'
import { canSeeTable, findTable, loadSchema } from '../table-access.ts'
import { applySteps, requireForce } from './apply-plans.ts'
import { requireSchemaAccess, requireWhole } from './schema-access.ts'

const input = z.strictObject({
  names: z.array(z.string().min(1).max(512)).max(200, 'At most 200 tables in one request.'),
  force: z.boolean().optional(),
})

/** Drops tables: all of them or, when one cannot be dropped, none. Those with rows only with `force`. */
export const dropTables = defineOperation<z.infer<typeof input>, { readonly names: readonly string[] }>({
  name: 'drop_tables',
  kind: 'database',
  verb: 'DELETE',
  needs: ['schema.write'],
  input,
  resource: () => '_schema',
  filtersItself: true,
  async run({ names: given, force = false }, context) {
    if (given.length === 0) throw new AppError('bad_request', 'No data in schema delete request.')
    // Which names are aliases is known when the schema is.
    const schema = await loadSchema(context)
    const named = tableNamedFor(context.caller, context.services, context.service.info.name)
    const names = given.map((name) => named(name.trim()))
    for (const name of names) requireSchemaAccess(name, 'DELETE', context)
    const tables = [...new Set(names.map((name) => findTable(schema, name, context)))]
    for (const { name } of tables) requireWhole(name, ['GET'], context)
    for (const table of tables) {
      if (table.isView)
        throw new AppError('bad_request', `'${table.name}' is a view: it cannot be dropped here.`)
      requireUnreferenced(table, tables, schema, context)
      requireWhole(table.name, ['DELETE'], context)
      await requireForce(`the rows of '${table.name}'`, storedDefinition(table, schema), force, context)
    }
    const steps = childrenFirst(tables).map((table) => ({
      table: table.name,
      change: { kind: 'drop_table', table: table.name } as const,
      extras: () => undefined,
    }))
    await applySteps(steps, context)
    return { names: tables.map(({ name }) => name) }
  },
})

/** Said here, since not every engine says it, and none knows whose names the caller may hear. */
function requireUnreferenced(
  table: Table,
  dropped: readonly Table[],
  { tables }: DatabaseSchema,
  { caller, service }: OperationContext,
): void {
  const others = tables.filter((one) => !dropped.includes(one) && refersTo(one, table))
  if (others.length === 0) return
  const visible = others.filter(({ name }) => canSeeTable(caller.policy, service.info.name, name))
  const who =
    visible.length === others.length ? visible.map(({ name }) => `'${name}'`).join(', ') : 'Other tables'
  throw new AppError(
    'conflict',
    `${who} ${others.length > 1 || visible.length === 0 ? 'refer' : 'refers'} to '${table.name}'.`,
    {
      hint: 'Drop the foreign keys first, or the tables together.',
    },
  )
}

function refersTo({ foreignKeys }: Table, { name }: Table): boolean {
  return foreignKeys.some(({ refTable }) => refTable.toLowerCase() === name.toLowerCase())
}

/** A table goes before the ones it refers to; in a circle the order is that of the request. */
function childrenFirst(tables: readonly Table[]): readonly Table[] {
  const left = [...tables]
  const ordered: Table[] = []
  while (left.length > 0) {
    const free = left.findIndex((table) => !left.some((other) => other !== table && refersTo(other, table)))
    ordered.push(...left.splice(Math.max(free, 0), 1))
  }
  return ordered
}
