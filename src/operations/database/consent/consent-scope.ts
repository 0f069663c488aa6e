import type { OperationContext } from '../../../core/operation.ts'
import type { Write } from './consent.ts'

/** What a confirmation holds for: this statement, in this service, by this caller with these rights. */
export function consentScope({ operation, target, request }: Write, context: OperationContext): string {
  const { caller, service } = context
  const { kind, label, userId, appId, roleId, policy } = caller
  return JSON.stringify([
    'confirmation',
    [service.info.id, service.info.name],
    [kind, label, userId ?? null, appId ?? null, roleId ?? null, policy.key],
    [operation, target],
    sorted(statementOf(request)),
  ])
}

/** What only shapes the answer, and the confirmation itself, is no part of what is confirmed. */
const BESIDE: ReadonlySet<string> = new Set([
  'dry_run',
  'confirmation',
  'by_agent',
  'fields',
  'related',
  'related_options',
])

function statementOf(request: object): object {
  return Object.fromEntries(
    Object.entries(request).filter(([name, value]) => value !== undefined && !BESIDE.has(name)),
  )
}

/** Objects that say the same are the same, whatever the order of their keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { object: entries.map(([name, inner]) => [name, sorted(inner)]) }
}
