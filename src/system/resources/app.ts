import { defineSystemResource } from '../system-resource.ts'

export const app = defineSystemResource({
  name: 'app',
  description: 'An API key, and the role of whoever calls with it.',
  columns: {
    name: { type: 'string', length: 64 },
    // Encrypted; null when keys are not kept.
    api_key: { type: 'text', allowNull: true },
    // HMAC, by which the key is found.
    api_key_hash: { type: 'string', length: 64 },
    description: { type: 'string', length: 255, allowNull: true },
    is_active: { type: 'boolean', default: false },
    role_id: { type: 'integer', allowNull: true },
  },
  unique: ['name', 'api_key_hash'],
  refersTo: { role_id: 'role' },
})
