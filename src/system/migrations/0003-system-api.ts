import { type Column, fieldOf, tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** As the tables were then. */
const name: Column = { type: 'string', length: 64 }
const line: Column = { type: 'string', length: 255, allowNull: true }
const long: Column = { type: 'text', allowNull: true }
const reference: Column = { type: 'integer', allowNull: true }
const id: Column = { type: 'integer' }
const number: Column = { type: 'integer', default: 0 }
const off: Column = { type: 'boolean', default: false }
const on: Column = { type: 'boolean', default: true }
const anything: Column = { type: 'json', allowNull: true }

const TABLES = [
  tableOf({
    name: 'service_doc',
    description: 'An API description that somebody wrote for a service.',
    columns: { service_id: id, format: number, content: long },
    belongsTo: { service_id: 'service' },
  }),
  tableOf({
    name: 'user_to_app_to_role',
    description: 'The role of a user who calls with the key of an app.',
    columns: { user_id: id, app_id: id, role_id: id },
    belongsTo: { user_id: 'user', app_id: 'app', role_id: 'role' },
    uniqueTogether: [['user_id', 'app_id']],
    isStamped: false,
  }),
  tableOf({
    name: 'lookup',
    description: 'A value by name, for filters, records and configurations.',
    columns: {
      role_id: reference,
      app_id: reference,
      user_id: reference,
      name,
      value: long,
      private: off,
      description: line,
    },
    belongsTo: { role_id: 'role', app_id: 'app', user_id: 'user' },
  }),
  tableOf({
    name: 'email_template',
    description: 'A message that the server sends, with lookups in it.',
    columns: {
      name,
      description: line,
      to: long,
      cc: long,
      bcc: long,
      subject: { type: 'string', length: 80, allowNull: true },
      attachment: long,
      body_text: long,
      body_html: long,
      from_name: line,
      from_email: line,
      reply_to_name: line,
      reply_to_email: line,
      defaults: anything,
    },
    unique: ['name'],
  }),
  tableOf({
    name: 'cors',
    description: 'Which web pages of other origins may use which addresses.',
    columns: {
      path: { type: 'string', length: 255 },
      description: line,
      origin: long,
      header: long,
      exposed_header: long,
      method: number,
      max_age: number,
      supports_credentials: off,
      enabled: on,
    },
    unique: ['path'],
  }),
  tableOf({
    name: 'custom',
    description: 'A value of the clients, by name; the server makes nothing of it.',
    columns: { name: { type: 'string', length: 255 }, value: anything },
    unique: ['name'],
  }),
  tableOf({
    name: 'limit',
    description: 'How many requests are meant to be allowed in a period.',
    columns: {
      name,
      description: line,
      type: name,
      rate: id,
      period: { type: 'string', length: 16 },
      user_id: reference,
      role_id: reference,
      service_id: reference,
      endpoint: line,
      verb: { type: 'string', length: 8, allowNull: true },
      key_text: { type: 'string', length: 255 },
      is_active: on,
    },
    unique: ['key_text'],
    belongsTo: { user_id: 'user', role_id: 'role', service_id: 'service' },
  }),
]

const ACCOUNT: Readonly<Record<string, Column>> = {
  security_question: line,
  security_answer: line,
  default_app_id: reference,
  oauth_provider: { type: 'string', length: 64, allowNull: true },
}

/** The records of the system API. */
export const systemApi: Migration = {
  version: 3,
  name: 'system-api',
  changes: [
    ...TABLES.map((table) => ({ kind: 'create_table', table }) as const),
    ...Object.entries(ACCOUNT).map(
      ([column, rule]) => ({ kind: 'add_field', table: 'user', field: fieldOf(column, rule) }) as const,
    ),
  ],
}
