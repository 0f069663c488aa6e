import { type AccessPolicy, VERBS } from '../../core/policy.ts'
import { tableResource } from '../database/table-access.ts'

/**
 * The fields of a table that exist for a caller: those that may be read, or of who may read none of its records, those that may be
 * written. Undefined: all of them.
 */
export function visibleFields(
  policy: AccessPolicy,
  service: string,
  table: string,
): ReadonlySet<string> | undefined {
  if (policy.limitsFields === false) return undefined
  const resource = tableResource('_table', table)
  const read = policy.decide(service, resource, 'GET')
  if (read.allowed) return read.fields
  const writes = VERBS.map((verb) => policy.decide(service, resource, verb)).filter(({ allowed }) => allowed)
  if (writes.length === 0) return schemaFields(policy, service, table)
  const fields = writes.map((access) => (access.allowed ? access.fields : undefined))
  if (fields.includes(undefined)) return undefined
  return new Set(fields.flatMap((one) => [...(one ?? [])]))
}

function schemaFields(policy: AccessPolicy, service: string, table: string): ReadonlySet<string> | undefined {
  const schema = policy.decide(service, tableResource('_schema', table), 'GET')
  return schema.allowed ? schema.fields : undefined
}
