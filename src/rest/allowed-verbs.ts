import type { Caller } from '../core/caller.ts'
import { VERBS, type Verb } from '../core/policy.ts'
import type { Services } from '../core/service.ts'
import { tableNamedFor, tablesKnown } from '../operations/table-named.ts'
import type { Address } from './address.ts'
import { SYSTEM } from './system/system-service.ts'

interface Asked extends Address {
  /** Absent: without credentials the form of the address alone decides, which tells nothing of what exists. */
  readonly caller: Caller | undefined
  readonly services: Pick<Services, 'find' | 'open' | 'capabilities' | 'tableNamed'>
  readonly signal: AbortSignal
}

/** What `OPTIONS` answers: of the verbs of an address those that the role grants and the service can carry out. */
export async function allowedVerbs(asked: Asked): Promise<string> {
  const verbs = verbsOfForm(asked)
  const { service, caller } = asked
  const isOpen = service === undefined || service.toLowerCase() === SYSTEM || !caller
  return listed(isOpen ? verbs : await verbsFor(caller, service, verbs, asked))
}

async function verbsFor(
  { policy }: Caller,
  service: string,
  verbs: readonly Verb[],
  { path, services, signal }: Asked,
): Promise<readonly Verb[]> {
  const info = services.find(service)
  const name = info?.name ?? service.toLowerCase()
  if (!policy.reaches(name)) return []
  const [group, table = '', ...rest] = path
  if (table === '') return verbs
  if (info && GROUPS.has(group ?? '')) await tablesKnown(services, info.name, [table], () => signal)
  const own = info && GROUPS.has(group ?? '') ? tableNamedFor({ policy }, services, info.name)(table) : table
  const resource = [group, own.replaceAll('/', '%2F'), ...rest].join('/')
  const granted = verbs.filter((verb) => policy.decide(name, resource, verb).allowed)
  if (!info || !GROUPS.has(group ?? '') || !granted.some((verb) => verb !== 'GET')) return granted
  // What a database can do is known when it is open. One that does not open refuses every verb, each with its reason.
  await services.open(info.name, signal).catch(() => {})
  return services.capabilities(info.name).has(group === '_schema' ? 'schema.write' : 'records.write')
    ? granted
    : granted.filter((verb) => verb === 'GET')
}

/** Of tables, which may be called by an alias. */
const GROUPS: ReadonlySet<string> = new Set(['_table', '_schema'])

function listed(verbs: readonly Verb[]): string {
  return [...verbs.flatMap((verb) => (verb === 'GET' ? ['GET', 'HEAD'] : [verb])), 'OPTIONS'].join(', ')
}

const READ: readonly Verb[] = ['GET']
const CALL: readonly Verb[] = ['GET', 'POST']
const IMPORT: readonly Verb[] = ['GET', 'POST', 'DELETE']
const SINGLE: readonly Verb[] = VERBS.filter((verb) => verb !== 'POST')

function verbsOfForm({ service, path }: Address): readonly Verb[] {
  const [resource, name, id] = path
  if (service?.toLowerCase() === SYSTEM && resource !== undefined) return systemVerbs(resource, name)
  if (service !== undefined && resource === '_batch' && name === undefined) return ['POST']
  if (service !== undefined && resource === '_import' && name !== undefined) return IMPORT
  if (service !== undefined && resource === '_schema' && name === undefined) return VERBS
  if (service === undefined || name === undefined) return READ
  if (resource === '_table') return id === undefined ? VERBS : SINGLE
  if (resource === '_schema') return VERBS
  return resource === '_proc' || resource === '_func' ? CALL : READ
}

function systemVerbs(resource: string, name: string | undefined): readonly Verb[] {
  if (resource === 'admin' && name === 'session') return ['POST']
  if (READ_ONLY.has(resource)) return READ
  return name === undefined ? VERBS : SINGLE
}

const READ_ONLY: ReadonlySet<string> = new Set(['constant', 'environment', 'service_type'])
