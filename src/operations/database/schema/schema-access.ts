import { refusalOf } from '../../../core/caller.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { VERBS, type Verb } from '../../../core/policy.ts'
import { tableResource } from '../table-access.ts'
import type { GivenField } from './given-field.ts'
import type { TablePlan } from './table-plan.ts'

/** Whether the caller may do this to the schema of a table, said before anything is looked up. Throws `forbidden`. */
export function requireSchemaAccess(table: string, verb: Verb, { caller, service }: OperationContext): void {
  const access = caller.policy.decide(service.info.name, tableResource('_schema', table), verb)
  if (!access.allowed) throw refusalOf(caller, access.reason)
}

/** Whether this verb is granted on every row and field of the table. */
export function isWhole(table: string, verb: Verb, { caller, service }: OperationContext): boolean {
  const access = caller.policy.decide(service.info.name, tableResource('_table', table), verb)
  return access.allowed && !access.rowFilter && !access.fields
}

/**
 * A change of the schema reaches every row and field, those that a rule withholds among them: it takes these verbs on all of them,
 * and no other verb may be granted on some. Throws `forbidden`.
 */
export function requireWhole(table: string, verbs: readonly Verb[], context: OperationContext): void {
  const { caller, service } = context
  const resource = tableResource('_table', table)
  const refused = verbs.find((verb) => !isWhole(table, verb, context)) ?? filteredVerb(table, context)
  if (!refused) return
  const message = `Access Forbidden. ${refused} access to component '${resource}' of service '${service.info.name}' is not allowed by this user's role.`
  throw refusalOf(caller, message, {
    hint: 'This change reaches all rows and fields of the table: it needs a right to all.',
  })
}

/** A verb that is granted on some rows or fields only. */
function filteredVerb(table: string, { caller, service }: OperationContext): Verb | undefined {
  const resource = tableResource('_table', table)
  return VERBS.find((verb) => {
    const access = caller.policy.decide(service.info.name, resource, verb)
    return access.allowed && (access.rowFilter !== undefined || access.fields !== undefined)
  })
}

/** The same for a planned change of a table that is there. What is only said of fields, as labels are, reaches no rows. */
export function requireReach(
  table: string,
  { change, loses }: TablePlan,
  fields: readonly GivenField[],
  context: OperationContext,
): void {
  const isComputed = fields.some(({ words, isVirtual, type }) => words.functions || isVirtual || type)
  if (!change && !isComputed) return
  const fills =
    change?.kind === 'change_table' && [...change.add, ...change.change, ...change.drop].length > 0
  const verbs: Verb[] = ['GET', ...(fills ? (['PATCH'] as const) : [])]
  requireWhole(table, loses === undefined ? verbs : [...verbs, 'DELETE'], context)
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
