import { refusalOf } from '../../../core/caller.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { Verb } from '../../../core/policy.ts'
import { tableResource } from '../table-access.ts'
import type { GivenField } from './given-field.ts'

/** Whether the caller may do this to the schema of a table, said before anything is looked up. Throws `forbidden`. */
export function requireSchemaAccess(table: string, verb: Verb, { caller, service }: OperationContext): void {
  const access = caller.policy.decide(service.info.name, tableResource('_schema', table), verb)
  if (!access.allowed) throw refusalOf(caller, access.reason)
}

/**
 * Throws `forbidden` for what only administrators may say of fields: words of the engine's own, which the house does not check, and
 * functions that change what filters compare, the filters of roles among them.
 */
export function requireSpeech(fields: readonly GivenField[], { caller }: OperationContext): void {
  if (caller.kind === 'admin' || caller.kind === 'local') return
  const own = fields.find(({ dbType }) => dbType !== undefined)
  if (own)
    throw new AppError(
      'forbidden',
      `Field '${own.name}': only administrators may choose a db_type. Give it a type.`,
    )
  const compared = fields.find(({ words }) => words.functions?.some(({ uses }) => uses.includes('FILTER')))
  if (compared)
    throw new AppError(
      'forbidden',
      `Field '${compared.name}': only administrators may say what filters compare.`,
    )
}
