import { json, text } from '../field-rules.ts'
import { defineSystemResource } from '../system-resource.ts'

/** What a client keeps for one account, by name; written with the account, or by its owner at `user/custom`. */
export const userCustom = defineSystemResource({
  name: 'user_custom',
  description: 'A value of the clients for one account, by name; the server makes nothing of it.',
  // Of its own: who may read accounts may not read what their owners keep.
  component: 'user_custom',
  hasAddress: false,
  columns: {
    user_id: { type: 'integer' },
    name: { type: 'string', length: 255 },
    value: { type: 'json', allowNull: true },
  },
  belongsTo: { user_id: 'user' },
  uniqueTogether: [['user_id', 'name']],
  uniqueInOwner: ['name'],
  nameField: 'name',
  opaque: ['value'],
  accepts: { name: text(255), value: json },
  required: ['name'],
})
