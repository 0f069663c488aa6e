import { AppError } from '../../core/errors.ts'
import { requireOtherAdmin } from '../accounts/require-other-admin.ts'
import { wholeNumber } from '../field-rules.ts'
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
  async toColumns(given, { rows, stored }) {
    if (stored || typeof given.user_id !== 'number') return given
    await requireFirst(Number(given.user_id), Number(given.app_id), rows)
    // An administrator with a role of their own is bound by it.
    const [account] = await rows('user', { op: '=', field: 'id', value: given.user_id })
    if (account) await requireOtherAdmin(account, 'given a role', rows)
    return given
  },
})

/** dreamfactory-rest §3.1 */
async function requireFirst(userId: number, appId: number, rows: WriteContext['rows']): Promise<void> {
  const mapped = await rows('user_to_app_to_role', { op: '=', field: 'user_id', value: userId })
  if (!mapped.some(({ app_id }) => app_id === appId)) return
  const sentence =
    'Multiple user-to-app-to-role assignment. You can only have a single user-to-app-to-role assignment.'
  throw new AppError('conflict', sentence, { context: { app_id: [sentence] } })
}
