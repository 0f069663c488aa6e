import { defineSystemResource } from '../system-resource.ts'

export const service = defineSystemResource({
  name: 'service',
  description: 'A connected database, or another thing with an API of its own.',
  columns: {
    name: { type: 'string', length: 40 },
    label: { type: 'string', length: 80 },
    description: { type: 'string', length: 255, allowNull: true },
    is_active: { type: 'boolean', default: false },
    type: { type: 'string', length: 40 },
    mutable: { type: 'boolean', default: true },
    deletable: { type: 'boolean', default: true },
    // Secrets in it are encrypted: config-secrets.ts.
    config: { type: 'json', allowNull: true },
  },
  unique: ['name'],
})
