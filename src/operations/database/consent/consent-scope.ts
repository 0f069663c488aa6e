import type { OperationContext } from '../../../core/operation.ts'
import type { Write } from './consent.ts'

/** What a confirmation holds for: this statement, in this service, by this caller with these rights. */
export function consentScope({ operation, target, request }: Write, context: OperationContext): string {
  return JSON.stringify([
    'confirmation',
    ...parties(context),
    [operation, target],
    sorted(statementOf(request)),
  ])
}

/** The same of several statements in one transaction, as they were written: what their references stand for may be new each time. */
export function stepsScope(steps: readonly object[], context: OperationContext): string {
  const written = steps.map(({ ...step }) => sorted({ ...step, confirmation: undefined }))
  return JSON.stringify(['confirmation of steps', ...parties(context), written])
}

function parties({ caller, service }: OperationContext): readonly unknown[] {
  const { kind, label, userId, appId, roleId, policy } = caller
  return [
    [service.info.id, service.info.name],
    [kind, label, userId ?? null, appId ?? null, roleId ?? null, policy.key],
  ]
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
