import type { Caller } from '../core/caller.ts'

/** Who a caller is, in whichever role: the same text for the same one. */
export function principalOf({ kind, label, userId, appId, roleId }: Caller): string {
  return JSON.stringify([kind, label, userId ?? null, appId ?? null, roleId ?? null])
}
