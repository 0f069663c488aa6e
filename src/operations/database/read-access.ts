import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { Access } from '../../core/policy.ts'
import { canReadSchema, tableResource } from './table-access.ts'

/** The caller's decision for reading a table. Throws `forbidden`. */
export function readAccess(
  table: Table,
  { caller, service }: OperationContext,
): Extract<Access, { allowed: true }> {
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'GET')
  if (access.allowed) return access
  throw new AppError(
    'forbidden',
    `GET access to component '_table/${table.name}' of service '${service.info.name}' is not allowed by this user's role.`,
  )
}

/** Advice names fields of the table: it is for those who may see its schema. */
export function withHintsFor<T>(table: Table, context: OperationContext, plan: () => T): T {
  try {
    return plan()
  } catch (error) {
    const isTold = canReadSchema(context.caller.policy, context.service.info.name, table.name)
    if (isTold || !(error instanceof AppError)) throw error
    throw new AppError(error.code, error.message, { context: error.context, cause: error.cause })
  }
}
