import { json, text } from '../field-rules.ts'
import { defineSystemResource } from '../system-resource.ts'

export const custom = defineSystemResource({
  name: 'custom',
  description: 'A value of the clients, by name; the server makes nothing of it.',
  columns: {
    name: { type: 'string', length: 255 },
    value: { type: 'json', allowNull: true },
  },
  unique: ['name'],
  isByNameOnly: true,
  opaque: ['value'],
  accepts: { name: text(255), value: json },
  required: ['name'],
})
