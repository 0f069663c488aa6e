import { AppError } from '../../core/errors.ts'
import { requireOtherAdmin } from '../accounts/require-other-admin.ts'
import { wholeNumber } from '../field-rules.ts'
import { requireNoAdmin } from '../rights/mapping-right.ts'
import { defineSystemResource } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

export const userToAppToRole = defineSystemResource({
  name: 'user_to_app_to_role',
  description: 'The role of a user who calls with the key of an app.',
  columns: {
    user_id: { type: 'integer' },
    app_id: { type: 'integer' },
    role_id: { type: 'integer' },
  },
  belongsTo: { user_id: 'user', app_id: 'app', role_id: 'role' },
  uniqueTogether: [['user_id', 'app_id']],
  isStamped: false,
  component: 'user',
  hasAddress: false,
  isJunction: true,
  required: ['user_id', 'app_id', 'role_id'],
  accepts: { user_id: wholeNumber, app_id: wholeNumber, role_id: wholeNumber },
  async toColumns(given, context) {
    const { stored, requireRoleRight } = context
    const after = { ...stored, ...given }
    if (stored && MAPPED.every((column) => stored[column] === after[column])) return given
    requireRoleRight([stored?.role_id, after.role_id])
    await requireNoAdmin([stored?.user_id, after.user_id], context)
    await requireFirst(after, context)
    // An administrator with a role of their own is bound by it.
    if (stored?.user_id !== after.user_id) await requireUnboundAdmin(after, context)
    await context.endSessions([stored?.user_id, after.user_id])
    return given
  },
  async beforeDelete({ role_id, user_id }, context) {
    context.requireRoleRight([role_id])
    await requireNoAdmin([user_id], context)
    await context.endSessions([user_id])
  },
})

const MAPPED = ['user_id', 'app_id', 'role_id'] as const

/** Throws `conflict` when nobody would be left who may do everything. */
async function requireUnboundAdmin({ user_id }: Mapping, { rows }: WriteContext): Promise<void> {
  const [account] = await rows('user', { op: '=', field: 'id', value: Number(user_id) })
  if (account) await requireOtherAdmin(account, 'given a role', rows)
}

type Mapping = Readonly<Record<string, unknown>>

/** dreamfactory-rest §3.1 */
async function requireFirst({ user_id, app_id }: Mapping, { rows, stored }: WriteContext): Promise<void> {
  const mapped = await rows('user_to_app_to_role', { op: '=', field: 'user_id', value: Number(user_id) })
  if (!mapped.some((other) => other.app_id === app_id && other.id !== stored?.id)) return
  const sentence =
    'Multiple user-to-app-to-role assignment. You can only have a single user-to-app-to-role assignment.'
  throw new AppError('conflict', sentence, { context: { app_id: [sentence] } })
}
