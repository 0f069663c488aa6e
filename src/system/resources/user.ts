import { defineSystemResource } from '../system-resource.ts'

export const user = defineSystemResource({
  name: 'user',
  description: 'Somebody who can sign in; administrators are users with is_sys_admin.',
  columns: {
    name: { type: 'string', length: 255 },
    username: { type: 'string', length: 255 },
    first_name: { type: 'string', length: 255, allowNull: true },
    last_name: { type: 'string', length: 255, allowNull: true },
    // In lower case.
    email: { type: 'string', length: 255 },
    phone: { type: 'string', length: 32, allowNull: true },
    is_active: { type: 'boolean', default: true },
    is_sys_admin: { type: 'boolean', default: false },
    // Argon2id.
    password: { type: 'string', length: 255, allowNull: true },
    last_login_date: { type: 'timestamp', allowNull: true },
  },
  unique: ['username', 'email'],
  hidden: ['password', 'is_sys_admin'],
  hasAddress: false,
})
