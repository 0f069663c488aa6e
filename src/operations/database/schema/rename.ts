import { z } from 'zod'
import type { Rename } from '../../../core/database/adapter.ts'
import type { DatabaseSchema, Table } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName, isSameName } from '../../../core/names.ts'
import { defineOperation, type OperationContext } from '../../../core/operation.ts'
import { tableName } from '../inputs.ts'
import { canSeeTable, findTable, loadSchema, tableResource } from '../table-access.ts'
import { newName } from './new-name.ts'
import { extrasOfBoth, extrasOfOld, renamedExtras } from './renamed-extras.ts'
import { requireSchemaAccess, requireWhole } from './schema-access.ts'

const input = z.strictObject({
  table_name: tableName,
  /** Absent: the table itself. */
  field_name: z.string().min(1).max(512).optional(),
  new_name: z.string().min(1).max(128),
  force: z.boolean().optional(),
})
type RenameInput = z.infer<typeof input>

/**
 * Another name for a table or a field. What is kept beside it goes on with it; rules of roles do not, and where a role could do more
 * than before it is refused. `force` where a role could do less, or something else names it.
 */
export const rename = defineOperation<RenameInput, { readonly name: string }>({
  name: 'rename',
  kind: 'database',
  verb: 'PATCH',
  needs: ['schema.write', 'schema.rename'],
  input,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run(request, context) {
    const schema = await loadSchema(context)
    const table = findTable(schema, request.table_name, context)
    const { change, newTable } = planned(request, table, schema, context)
    requireUnnamed(request, change, { schema, table, context })
    await carryOut(change, newTable, context)
    return { name: change.field === undefined ? newTable : change.to }
  },
})

interface Planned {
  readonly change: Rename
  /** The table's name afterwards. */
  readonly newTable: string
}

function planned(
  { field_name, new_name: to }: RenameInput,
  table: Table,
  schema: DatabaseSchema,
  context: OperationContext,
): Planned {
  if (table.isView) throw new AppError('bad_request', `'${table.name}' is a view: it cannot be renamed here.`)
  requireWhole(table.name, ['GET', 'PATCH', 'DELETE'], context)
  newName(to, 'field')
  if (field_name === undefined) {
    const dot = table.name.indexOf('.')
    const newTable = dot < 0 ? to : `${table.name.slice(0, dot)}.${to}`
    requireSchemaAccess(newTable, 'PATCH', context)
    requireWhole(newTable, [], context)
    const isTaken = schema.tables.some((one) => one !== table && hasName(one, newTable))
    if (isTaken || table.alias?.toLowerCase() === newTable.toLowerCase()) throw taken(newTable, 'table')
    return { change: { table: table.name, to }, newTable }
  }
  const field = findByName(table.fieldByName, field_name)
  if (!field || field.isVirtual)
    throw new AppError('not_found', `No requested fields found in table '${table.name}'.`)
  const other = [...table.fields, ...(table.aggregates ?? [])].find((one) => hasName(one, to))
  if (other && !isSameName(other.column ?? other.name, field.column ?? field.name)) throw taken(to, 'field')
  if (table.relations.some((one) => hasName(one, to))) throw taken(to, 'relation')
  return { change: { table: table.name, field: field.column ?? field.name, to }, newTable: table.name }
}

interface Named {
  readonly name: string
  readonly alias?: string
  readonly column?: string
}

function hasName({ name, alias, column }: Named, wanted: string): boolean {
  return [name, alias, column].some((one) => one !== undefined && isSameName(one, wanted))
}

function taken(name: string, what: string): AppError {
  return new AppError('conflict', `'${name}' is the name of a ${what} already.`, {
    hint: 'Choose another name.',
  })
}

interface Scope {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
}

/** Throws `conflict` for what nobody may force, `bad_request` for what has to be meant. */
function requireUnnamed({ force }: RenameInput, change: Rename, { schema, table, context }: Scope): void {
  const { caller, service } = context
  const isTold = caller.kind === 'admin' || caller.kind === 'local'
  const { widened, narrowed, others } = service.renameEffects(change)
  if (widened.length > 0)
    throw new AppError(
      'conflict',
      `Rules of roles name '${change.field ?? change.table}' or '${change.to}'.`,
      {
        hint: isTold
          ? `Give these roles the same rules for both names first: ${widened.join(', ')}. Nothing was changed.`
          : 'An administrator can say more. Nothing was changed.',
      },
    )
  const computed = change.field === undefined ? undefined : computedBy(table, change.field)
  if (computed !== undefined)
    throw new AppError('conflict', `A function of the field '${computed}' names '${change.field}'.`, {
      hint: 'Change that function first. Nothing was changed.',
    })
  // Nobody leaves a limit, or takes a table from a tool, without being told of it; who is told are administrators.
  if (!isTold && others.length > 0)
    throw new AppError('forbidden', `'${change.field ?? change.table}' is named where you may not look.`, {
      hint: 'An administrator can rename it. Nothing was changed.',
    })
  if (force) return
  const roles = narrowed.map((name) => `role '${name}'`)
  const tables = referring(change, table, schema).filter(({ name }) =>
    canSeeTable(caller.policy, service.info.name, name),
  )
  const named = [...(isTold ? [...roles, ...others] : []), ...tables.map(({ name }) => `table '${name}'`)]
  if (named.length === 0 && narrowed.length + others.length === 0) return
  throw new AppError('bad_request', `'${change.field ?? change.table}' is named elsewhere.`, {
    hint: `${named.length > 0 ? `By ${named.join(', ')}. ` : ''}Set force=true if that is meant. Nothing was changed.`,
  })
}

/** A field whose function would not find the column any more: the value would show without it. */
function computedBy({ fields, aggregates = [] }: Table, column: string): string | undefined {
  const names = (text: string) =>
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}_$ ]+/gu)
      ?.some((word) => word.includes(column.toLowerCase())) ?? false
  return [...fields, ...aggregates].find(({ functions }) => functions?.some(({ text }) => names(text)))?.name
}

/** Tables whose keys or declared relations name it: those of the database go on with it, and are called otherwise then. */
function referring({ field }: Rename, table: Table, { tables }: DatabaseSchema): readonly Table[] {
  const column = (name: string) => findByName(table.fieldByName, name)?.column ?? name
  return tables.filter((other) =>
    other.relations.some(
      ({ refTable, refFields, junction, refService }) =>
        refService === undefined &&
        ((isSameName(refTable, table.name) &&
          (field === undefined || refFields.map(column).includes(field))) ||
          (junction !== undefined && isSameName(junction.table, table.name))),
    ),
  )
}

/** While the database changes, what is kept is there under both names. */
async function carryOut(change: Rename, newTable: string, context: OperationContext): Promise<void> {
  const { service, signal } = context
  const { adapter } = service
  if (!adapter.rename) throw new AppError('not_supported', 'This database cannot rename.')
  await service.changeExtras(extrasOfBoth(change, newTable))
  try {
    await adapter.rename(change, { signal })
  } catch (error) {
    await service.changeExtras(extrasOfOld(change, newTable))
    throw error
  } finally {
    await service.forget()
  }
  await service.changeExtras(renamedExtras(change, newTable), { renew: true })
}
