import type { TableDefinition } from '../../core/database/schema.ts'
import { VERSION_TABLE } from '../bookkeeping.ts'
import { type Column, tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** As the tables were then: what came later is in later migrations. */
const name: Column = { type: 'string', length: 64 }
const short: Column = { type: 'string', length: 255 }
const description: Column = { ...short, allowNull: true }
const off: Column = { type: 'boolean', default: false }
const on: Column = { type: 'boolean', default: true }
const reference: Column = { type: 'integer', allowNull: true }
const number: Column = { type: 'integer', default: 0 }

const service = tableOf({
  name: 'service',
  description: 'A connected database, or another thing with an API of its own.',
  columns: {
    name: { type: 'string', length: 40 },
    label: { type: 'string', length: 80 },
    description,
    is_active: off,
    type: { type: 'string', length: 40 },
    mutable: on,
    deletable: on,
    config: { type: 'json', allowNull: true },
  },
  unique: ['name'],
})

const role = tableOf({
  name: 'role',
  description: 'What apps and users with this role may do.',
  columns: { name, description, is_active: off },
  unique: ['name'],
})

const roleServiceAccess = tableOf({
  name: 'role_service_access',
  description: 'A rule of a role: verbs on a component of a service, for rows that pass the filters.',
  columns: {
    role_id: { type: 'integer' },
    service_id: reference,
    component: description,
    verb_mask: number,
    requestor_mask: number,
    filters: { type: 'json', allowNull: true },
    filter_op: { type: 'string', length: 3, default: 'AND' },
  },
  belongsTo: { role_id: 'role', service_id: 'service' },
})

const app = tableOf({
  name: 'app',
  description: 'An API key, and the role of whoever calls with it.',
  columns: {
    name,
    api_key: { type: 'text', allowNull: true },
    api_key_hash: name,
    description,
    is_active: off,
    role_id: reference,
  },
  unique: ['name', 'api_key_hash'],
  refersTo: { role_id: 'role' },
})

const user = tableOf({
  name: 'user',
  description: 'Somebody who can sign in; administrators are users with is_sys_admin.',
  columns: {
    name: short,
    username: short,
    first_name: description,
    last_name: description,
    email: short,
    phone: { type: 'string', length: 32, allowNull: true },
    is_active: on,
    is_sys_admin: off,
    password: description,
    last_login_date: { type: 'timestamp', allowNull: true },
  },
  unique: ['username', 'email'],
})

const TABLES: readonly TableDefinition[] = [VERSION_TABLE, service, role, roleServiceAccess, app, user]

export const initial: Migration = {
  version: 1,
  name: 'initial',
  changes: TABLES.map((table) => ({ kind: 'create_table', table })),
}
