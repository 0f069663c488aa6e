import type { Filter } from '../../../core/database/query.ts'
import type { Table } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { Verb } from '../../../core/policy.ts'
import { rowFilter } from '../plan-filter.ts'
import { tableResource } from '../table-access.ts'

/**
 * The rows of a related table that the caller's own rules for it allow the verb on; undefined: all of them. Throws
 * `forbidden` without the right, and for a row filter that cannot be checked.
 */
export function rightTo(verb: Verb, table: Table, { caller, service }: OperationContext): Filter | undefined {
  const component = tableResource('_table', table.name)
  const access = caller.policy.decide(service.info.name, component, verb)
  if (!access.allowed)
    throw new AppError(
      'forbidden',
      `Access Forbidden. ${verb} access to component '${component}' of service '${service.info.name}' is not allowed by this user's role.`,
    )
  const inside = rowFilter(table, access)
  if (!inside || verb === 'GET' || table.primaryKey.length > 0) return inside
  throw new AppError(
    'forbidden',
    `Records of '${table.name}' cannot be checked against your role's row filter: the table has no primary key.`,
  )
}

export function mayDo(verb: Verb, table: Table, { caller, service }: OperationContext): boolean {
  return caller.policy.decide(service.info.name, tableResource('_table', table.name), verb).allowed
}
