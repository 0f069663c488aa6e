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
})
