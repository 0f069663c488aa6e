import type { TableDefinition } from '../core/database/schema.ts'
import { type Column, fieldOf, tableOf } from './system-resource.ts'

/** Which migrations have run. */
export const MIGRATION_TABLE: TableDefinition = bookkeeping('migration', {
  version: { type: 'integer' },
  name: { type: 'string', length: 100 },
  applied_date: { type: 'timestamp' },
})

/** One row: who is migrating now. */
export const LOCK_TABLE: TableDefinition = bookkeeping('migration_lock', {
  id: { type: 'integer' },
  // Empty: nobody.
  holder: { type: 'string', length: 36 },
  // Another number each second while the holder lives.
  beat: { type: 'integer' },
})

/** One row: a number that changes with every write, so that other processes see that they must read again. */
export const VERSION_TABLE: TableDefinition = bookkeeping('system_version', {
  id: { type: 'integer' },
  version: { type: 'integer', default: 0 },
  // Tells under which app key the secrets here were made.
  app_key_fingerprint: { type: 'string', length: 64 },
})

/** One row a transaction; the newest are kept. Each follows the version the one before it left, so that a gap is seen. */
export const CHANGE_TABLE: TableDefinition = tableOf({
  name: 'system_change',
  description: 'Which records each transaction changed.',
  columns: {
    version: { type: 'integer' },
    after_version: { type: 'integer' },
    // Ids by table; null: too many to name.
    records: { type: 'json', allowNull: true },
  },
  isStamped: false,
})

/** Session tokens that ended before their time; kept for as long as they could have been used. */
export const REVOCATION_TABLE: TableDefinition = tableOf({
  name: 'revocation',
  description: 'Session tokens that ended before their time.',
  columns: { token_id: { type: 'string', length: 64 }, expires_date: { type: 'timestamp' } },
  unique: ['token_id'],
  isStamped: false,
})

/** Codes that people are sent by e-mail, as keyed hashes. */
export const CODE_TABLE: TableDefinition = tableOf({
  name: 'account_code',
  description: 'Codes that people are sent, as hashes.',
  columns: {
    user_id: { type: 'integer' },
    code_hash: { type: 'string', length: 64 },
    expires_date: { type: 'timestamp' },
  },
  belongsTo: { user_id: 'user' },
  isStamped: false,
})

/** What is kept of tables beside the databases that have them: one row a table, told apart by exact spelling. */
export const EXTRAS_TABLE: TableDefinition = tableOf({
  name: 'schema_extras',
  description: 'What is kept of a table beside the database that has it.',
  columns: {
    service_id: { type: 'integer' },
    table_name: { type: 'string', length: 512 },
    extras: { type: 'json' },
  },
  belongsTo: { service_id: 'service' },
  isStamped: false,
})

/** Rows on their way into a table. */
export const IMPORT_TABLE: TableDefinition = tableOf({
  name: 'import_job',
  description: 'Rows on their way into a table.',
  columns: {
    service: { type: 'string', length: 64 },
    table_name: { type: 'string', length: 512 },
    // Who may ask of it, and under whose rights it runs.
    owner: { type: 'string', length: 255 },
    app_id: { type: 'integer', allowNull: true },
    user_id: { type: 'integer', allowNull: true },
    status: { type: 'string', length: 20 },
    message: { type: 'text', allowNull: true },
    rows_total: { type: 'integer' },
    rows_done: { type: 'integer', default: 0 },
    parts: { type: 'integer' },
    next_part: { type: 'integer', default: 0 },
    // Keys of the rows of the next part, once they were written and may have been committed.
    mark: { type: 'text', allowNull: true },
    // The process that carries it out, and until when it says that it does.
    process_id: { type: 'string', length: 36, allowNull: true },
    leased_date: { type: 'timestamp', allowNull: true },
    created_date: { type: 'timestamp' },
    finished_date: { type: 'timestamp', allowNull: true },
  },
  isStamped: false,
})

/** The rows of an import, encrypted; gone when it is over. */
export const IMPORT_PART_TABLE: TableDefinition = tableOf({
  name: 'import_chunk',
  description: 'The rows of an import, in parts.',
  columns: {
    import_job_id: { type: 'integer' },
    number: { type: 'integer' },
    first_row: { type: 'integer' },
    content: { type: 'text' },
  },
  belongsTo: { import_job_id: 'import_job' },
  uniqueTogether: [['import_job_id', 'number']],
  isStamped: false,
})

/** Requests that are carried out once; kept for a day. */
export const IDEMPOTENCY_TABLE: TableDefinition = tableOf({
  name: 'idempotency_key',
  description: 'Requests that are carried out once, and how they ended.',
  columns: {
    key_hash: { type: 'string', length: 64 },
    request_hash: { type: 'string', length: 64 },
    rights_hash: { type: 'string', length: 64 },
    state: { type: 'string', length: 10 },
    // Encrypted; null until it ended, and when it was too long to keep.
    ending: { type: 'text', allowNull: true },
    begun_date: { type: 'timestamp' },
  },
  unique: ['key_hash'],
  isStamped: false,
})

/** Failed sign-ins and the like, for all nodes, as keyed hashes; gone once they no longer count. */
export const ATTEMPT_TABLE: TableDefinition = tableOf({
  name: 'attempt',
  description: 'Attempts that count, as hashes.',
  columns: { key_hash: { type: 'string', length: 64 }, expires_date: { type: 'timestamp' } },
  // For its index.
  uniqueTogether: [['key_hash', 'id']],
  isStamped: false,
})

/** What the authorization server keeps: hashes and encrypted contents; gone once its time is over. */
export const OAUTH_TABLE: TableDefinition = tableOf({
  name: 'oauth_record',
  description: 'Codes, grants, refresh tokens and clients, encrypted.',
  columns: {
    record_hash: { type: 'string', length: 64 },
    kind: { type: 'string', length: 32 },
    grant_hash: { type: 'string', length: 64, allowNull: true },
    alias_hash: { type: 'string', length: 64, allowNull: true },
    content: { type: 'text' },
    consumed_date: { type: 'timestamp', allowNull: true },
    expires_date: { type: 'timestamp' },
  },
  unique: ['record_hash'],
  // For their indexes.
  uniqueTogether: [
    ['grant_hash', 'id'],
    ['alias_hash', 'id'],
  ],
  isStamped: false,
})

/** Programs that people connected; contents encrypted. */
export const CONNECTION_TABLE: TableDefinition = tableOf({
  name: 'oauth_connection',
  description: 'Programs that people connected, encrypted.',
  columns: {
    grant_hash: { type: 'string', length: 64 },
    user_id: { type: 'integer' },
    content: { type: 'text' },
    created_date: { type: 'timestamp' },
    last_used_date: { type: 'timestamp', allowNull: true },
    expires_date: { type: 'timestamp' },
  },
  unique: ['grant_hash'],
  // For its index.
  uniqueTogether: [['user_id', 'id']],
  belongsTo: { user_id: 'user' },
  isStamped: false,
})

/** Browsers that people signed in with; gone when their session is over. */
export const BROWSER_SESSION_TABLE: TableDefinition = tableOf({
  name: 'browser_session',
  description: 'Browsers that people signed in with; secrets as hashes.',
  columns: {
    key_hash: { type: 'string', length: 64 },
    user_id: { type: 'integer' },
    mark: { type: 'string', length: 64 },
    signed_in_date: { type: 'timestamp' },
    is_forever: { type: 'boolean' },
    secret_hash: { type: 'string', length: 64 },
    previous_hash: { type: 'string', length: 64, allowNull: true },
    rotated_date: { type: 'timestamp' },
    expires_date: { type: 'timestamp' },
  },
  unique: ['key_hash'],
  belongsTo: { user_id: 'user' },
  isStamped: false,
})

/** The first column is the key. */
function bookkeeping(name: string, columns: Readonly<Record<string, Column>>): TableDefinition {
  return {
    name,
    isView: false,
    fields: Object.entries(columns).map(([column, rule]) => fieldOf(column, rule)),
    primaryKey: Object.keys(columns).slice(0, 1),
    uniqueKeys: [],
    foreignKeys: [],
  }
}
