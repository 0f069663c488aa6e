import { requireMappingsRight } from '../accounts/mapping-right.ts'
import { flag, optionalText, text } from '../field-rules.ts'
import { defineSystemResource } from '../system-resource.ts'

export const role = defineSystemResource({
  name: 'role',
  description: 'What apps and users with this role may do.',
  columns: {
    name: { type: 'string', length: 64 },
    description: { type: 'string', length: 255, allowNull: true },
    is_active: { type: 'boolean', default: false },
  },
  unique: ['name'],
  accepts: { name: text(64), description: optionalText(255), is_active: flag },
  required: ['name'],
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
