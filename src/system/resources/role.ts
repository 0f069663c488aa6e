import { flag, optionalText, text } from '../field-rules.ts'
import { requireMappingsRight } from '../rights/mapping-right.ts'
import { defineSystemResource } from '../system-resource.ts'

export const role = defineSystemResource({
  name: 'role',
  description: 'What apps and users with this role may do.',
  columns: {
    name: { type: 'string', length: 64 },
    description: { type: 'string', length: 255, allowNull: true },
    is_active: { type: 'boolean', default: false },
    // Another number ends the sessions of all who have the role.
    session_epoch: { type: 'integer', default: 0 },
  },
  unique: ['name'],
  hidden: ['session_epoch'],
  accepts: { name: text(64), description: optionalText(255), is_active: flag },
  required: ['name'],
  toColumns(given, { stored }) {
    const isEnding = stored?.is_active === true && given.is_active === false
    return isEnding ? { ...given, session_epoch: Number(stored.session_epoch) + 1 } : given
  },
  beforeDelete: (stored, context) => requireMappingsRight('role_id', Number(stored.id), context),
  usedBy: [
    { table: 'app', column: 'role_id', shows: 'name', what: 'apps' },
    {
      table: 'user_to_app_to_role',
      column: 'role_id',
      shows: 'user_id',
      of: { table: 'user', shows: 'email' },
      what: 'users',
    },
  ],
})
