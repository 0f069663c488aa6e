import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, findByName, nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { type AccessPolicy, type DELETE_ALL, VERBS, type Verb } from '../../core/policy.ts'

/**
 * What roles name when they mean a table. A slash inside a table's name must not read as something below another table.
 */
export function tableResource(
  group: '_table' | '_schema' | typeof DELETE_ALL,
  table: string,
  id?: string,
): string {
  const path = `${group}/${table.replaceAll('/', '%2F')}`
  return id === undefined ? path : `${path}/${id}`
}

/** What an address with an identifier names. Found by another field, a record is not the one its address names. */
export function recordResource(request: {
  readonly table_name: string
  readonly id?: string | undefined
  readonly id_field?: unknown
}): string {
  return tableResource('_table', request.table_name, request.id_field ? undefined : request.id)
}

/** Verbs that the caller may use on the records of a table, of those that the service can carry out. */
export function usableVerbs(table: string, { caller, service }: OperationContext): Verb[] {
  const canWrite = service.adapter.capabilities.has('records.write')
  return verbsOn(caller.policy, service.info.name, table).filter((verb) => canWrite || verb === 'GET')
}

/** Verbs the policy grants on the records of a table. */
export function verbsOn(policy: AccessPolicy, service: string, table: string): Verb[] {
  return VERBS.filter((verb) => policy.decide(service, tableResource('_table', table), verb).allowed)
}

/** A table exists for a caller who may do anything with its records or read its schema. */
export function canSeeTable(policy: AccessPolicy, service: string, table: string): boolean {
  return canReadSchema(policy, service, table) || verbsOn(policy, service, table).length > 0
}

export function canReadSchema(policy: AccessPolicy, service: string, table: string): boolean {
  return policy.decide(service, tableResource('_schema', table), 'GET').allowed
}

export async function loadSchema(context: OperationContext, refresh = false): Promise<DatabaseSchema> {
  return context.service.schema({ signal: context.signal, refresh })
}

/** Throws `not_found` with the nearest tables the caller may see. */
export function findTable(schema: DatabaseSchema, name: string, context: OperationContext): Table {
  const table = findByName(schema.tableByName, name)
  if (table) return table
  throw unknownTable(
    name,
    visibleTables(schema, context).map((visible) => visible.name),
  )
}

export function visibleTables(schema: DatabaseSchema, { caller, service }: OperationContext): Table[] {
  return schema.tables.filter(({ name }) => canSeeTable(caller.policy, service.info.name, name))
}

/** dreamfactory-rest §2.3: a component that is needed besides the one that was asked for. */
export function accessForbidden(component: string, { service }: OperationContext, hint?: string): AppError {
  const message = `GET access to component '${component}' of service '${service.info.name}' is not allowed by this user's role.`
  return new AppError('forbidden', `Access Forbidden. ${message}`, hint === undefined ? {} : { hint })
}

export function unknownTable(name: string, visible: readonly string[]): AppError {
  const near = nearest(name, visible)
  return new AppError('not_found', `Table "${name}" does not exist in the database.`, {
    hint: `${didYouMean(near)} List the tables first.`.trim(),
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}
