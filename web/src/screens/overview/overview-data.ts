import * as z from 'zod'
import { serviceRecord } from '../../api/records.ts'

/** What the overview reads, as far as it needs it. */
export const overviewService = serviceRecord.pick({
  id: true,
  name: true,
  label: true,
  type: true,
  is_active: true,
})
export type OverviewService = z.infer<typeof overviewService>

export const overviewRole = z.object({
  id: z.number(),
  name: z.string(),
  is_active: z.boolean(),
  role_service_access_by_role_id: z.array(
    z.object({ service_id: z.number().nullable(), verb_mask: z.number() }),
  ),
})
export type OverviewRole = z.infer<typeof overviewRole>

export const overviewKey = z.object({
  id: z.number(),
  name: z.string(),
  is_active: z.boolean(),
  role_id: z.number().nullable(),
  expires_date: z.string().nullish(),
  last_used_date: z.string().nullish(),
})
export type OverviewKey = z.infer<typeof overviewKey>

/** Who can get to a service. */
export interface Reach {
  readonly roles: readonly OverviewRole[]
  /** Switched on, with one of these roles. */
  readonly keys: readonly OverviewKey[]
}

/** A rule without a service is about all of them; one without a verb allows nothing. */
export function reachOf(
  { id }: OverviewService,
  roles: readonly OverviewRole[],
  keys: readonly OverviewKey[],
): Reach {
  const reaching = roles.filter(
    (role) =>
      role.is_active &&
      role.role_service_access_by_role_id.some(
        (rule) => rule.verb_mask > 0 && (rule.service_id === null || rule.service_id === id),
      ),
  )
  const ids = new Set(reaching.map((role) => role.id))
  return {
    roles: reaching,
    keys: keys.filter((key) => key.is_active && key.role_id !== null && ids.has(key.role_id)),
  }
}
