import type { Capability } from '../../core/database/capability.ts'
import type { Verb } from '../../core/policy.ts'

/** What can be asked of a service, as events are named: `_table.{table_name}`, empty for its root. */
export interface EventPath {
  readonly path: string
  readonly verbs: readonly Verb[]
  /** What happens without anybody asking for it. */
  readonly happens?: readonly string[]
}

const READ = ['GET'] as const
const CHANGE = ['GET', 'PUT', 'PATCH', 'DELETE'] as const
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const CALL = ['GET', 'POST'] as const

interface DatabasePath extends EventPath {
  /** Without it the path is not there. */
  readonly needs?: Capability
  /** Without it only GET is. */
  readonly writes?: Capability
}

const DATABASE: readonly DatabasePath[] = [
  { path: '', verbs: READ },
  { path: '_batch', verbs: ['POST'], needs: 'transactions' },
  { path: '_func', verbs: READ, needs: 'functions' },
  { path: '_func.{function_name}', verbs: CALL, needs: 'functions' },
  { path: '_proc', verbs: READ, needs: 'procedures' },
  { path: '_proc.{procedure_name}', verbs: CALL, needs: 'procedures' },
  { path: '_schema', verbs: ['GET', 'POST', 'PUT', 'PATCH'], writes: 'schema.write' },
  { path: '_schema.{table_name}', verbs: ALL, writes: 'schema.write' },
  { path: '_schema.{table_name}._field', verbs: ALL, writes: 'schema.write' },
  { path: '_schema.{table_name}._field.{field_name}', verbs: CHANGE, writes: 'schema.write' },
  { path: '_schema.{table_name}._related', verbs: ALL, writes: 'schema.write' },
  { path: '_schema.{table_name}._related.{relationship_name}', verbs: CHANGE, writes: 'schema.write' },
  { path: '_table', verbs: READ },
  { path: '_table.{table_name}', verbs: ALL, writes: 'records.write' },
  { path: '_table.{table_name}.{id}', verbs: CHANGE, writes: 'records.write' },
]

export function databasePaths(capabilities: ReadonlySet<Capability>): EventPath[] {
  return DATABASE.filter(({ needs }) => !needs || capabilities.has(needs)).map(({ path, verbs, writes }) => ({
    path,
    verbs: !writes || capabilities.has(writes) ? verbs : READ,
  }))
}

const SYSTEM_EXTRAS: readonly EventPath[] = [
  { path: '', verbs: READ },
  { path: 'admin.password', verbs: ['POST'] },
  { path: 'admin.profile', verbs: CALL },
  { path: 'admin.session', verbs: ['GET', 'POST', 'PUT', 'DELETE'] },
  { path: 'cache', verbs: ['GET', 'DELETE'] },
  { path: 'cache.{service}', verbs: ['DELETE'] },
  { path: 'config_package', verbs: CALL },
  { path: 'constant', verbs: READ },
  { path: 'constant.{id}', verbs: READ },
  { path: 'environment', verbs: READ },
  { path: 'event', verbs: READ },
  { path: 'import', verbs: ['POST'] },
  { path: 'limit_cache', verbs: ['GET', 'DELETE'] },
  { path: 'limit_cache.{id}', verbs: ['GET', 'DELETE'] },
  { path: 'package', verbs: CALL },
  { path: 'service_type', verbs: READ },
  { path: 'service_type.{id}', verbs: READ },
]

const HAPPENS: Readonly<Record<string, readonly string[]>> = { limit: ['exceeded'] }

/** `resources` have records with addresses of their own. */
export function systemPaths(resources: readonly { readonly name: string }[]): EventPath[] {
  const records = resources.flatMap(({ name }): EventPath[] => [
    { path: name, verbs: ALL },
    { path: `${name}.{id}`, verbs: CHANGE, happens: HAPPENS[name] ?? [] },
  ])
  return [...SYSTEM_EXTRAS, ...records].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

export const USER_PATHS: readonly EventPath[] = [
  { path: '', verbs: READ },
  { path: 'custom', verbs: ALL },
  { path: 'custom.{id}', verbs: CHANGE },
  { path: 'password', verbs: ['POST'] },
  { path: 'profile', verbs: CALL },
  { path: 'register', verbs: ['POST'] },
  { path: 'session', verbs: ['GET', 'POST', 'PUT', 'DELETE'] },
]

export const API_DOCS_PATHS: readonly EventPath[] = [
  { path: '', verbs: READ },
  { path: '{service_name}', verbs: READ },
]
