import { isDeepStrictEqual } from 'node:util'
import type { Row } from '../../core/database/value.ts'
import type { ConfiguredType, ServiceConfig } from '../service-config.ts'
import type { Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

type RightContext = Pick<WriteContext, 'isBound' | 'requireRoleRight' | 'rows'>

/** Throws `forbidden` for a service that rules reach: it would be as good as what they grant. */
export async function requireActivationRight(
  given: Given,
  { stored, ...context }: RightContext & Pick<WriteContext, 'stored'>,
): Promise<void> {
  if (!context.isBound || given.is_active !== true || stored?.is_active !== false) return
  const rules = await context.rows('role_service_access', {
    op: 'or',
    all: [
      { op: '=', field: 'service_id', value: Number(stored.id) },
      { op: 'is_null', field: 'service_id' },
    ],
  })
  if (rules.length > 0) context.requireRoleRight(rules.map(({ role_id }) => role_id))
}

/** Throws `forbidden` for a service that rules name: they would go with it, also those that deny. */
export async function requireRulesRight(
  stored: Row,
  { isBound, requireRoleRight, rows }: RightContext,
): Promise<void> {
  if (!isBound) return
  const rules = await rows('role_service_access', { op: '=', field: 'service_id', value: Number(stored.id) })
  if (rules.length > 0) requireRoleRight(rules.map(({ role_id }) => role_id))
}

/**
 * Throws `forbidden` for another config than before. It says which files and hosts the server uses, with which secrets, where codes are
 * sent and who gets which role on registering: more than any role holds.
 */
export function requireConfigRight(
  {
    before,
    after,
    type,
  }: { readonly before: ServiceConfig; readonly after: ServiceConfig; readonly type: ConfiguredType },
  { isBound, requireUnbound, stored }: Pick<WriteContext, 'isBound' | 'requireUnbound' | 'stored'>,
): void {
  if (!isBound) return
  const [one, other] = [before, after].map((config) => type.config.safeParse(config).data)
  if (!stored || one === undefined || !isDeepStrictEqual(one, other)) requireUnbound()
}
