import { AppError } from '../../core/errors.ts'
import type { ServiceInfo } from '../../core/service.ts'
import { canSeeTable } from '../../operations/database/table-access.ts'
import { listAnswer } from '../answer.ts'
import { flag } from '../options.ts'
import { isTrue, queryText } from '../query.ts'
import type { RestRequest } from '../rest-request.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { API_DOCS_PATHS, databasePaths, type EventPath, systemPaths, USER_PATHS } from './event-paths.ts'
import type { SystemContext, SystemHandler } from './system-handler.ts'

/** `system/event`: the names of what can be asked of the services this caller reaches (dreamfactory-rest §9.4). */
export const event: SystemHandler = async (request, context) => {
  if (request.verb !== 'GET' || request.path.length > 1) throw unsupportedVerb(request)
  const option = (name: string) => isTrue(queryText(request.query, name))
  const services = servicesOf(request, context)
  if (option('services_only'))
    return listAnswer(
      request,
      services.map(({ name }) => name),
    )
  const suffixes = option('scriptable') ? SCRIPTABLE : ['']
  const named = services.map((service) => ({ service, events: eventsOf(service, suffixes) }))
  if (flag(request, 'as_list'))
    return listAnswer(
      request,
      named.flatMap(({ events }) => events.flatMap(({ endpoints }) => endpoints)),
    )
  const mayOpen = services.length <= MOST_OPENED
  const entries = named.map(async ({ service, events }) => {
    const tables = mayOpen && service.info ? await tablesOf(service.info, context) : []
    const members = events.map(({ name, endpoints }) => {
      const parameter = name.includes('{table_name}') ? { table_name: tables } : {}
      return [name, { type: 'api', endpoints, parameter }] as const
    })
    return [service.name, Object.fromEntries(members)] as const
  })
  return JSON.stringify(Object.fromEntries(await Promise.all(entries)))
}

/** Where scripts of the original hook in; no scripts run in this version. */
const SCRIPTABLE = ['.pre_process', '.post_process', '.queued']

/** Of more services than that the tables are not told: each would have to be opened. */
const MOST_OPENED = 25

interface EventService {
  readonly name: string
  readonly paths: readonly EventPath[]
  /** Of a database. */
  readonly info?: ServiceInfo
}

function servicesOf(request: RestRequest, { caller, deps }: SystemContext): EventService[] {
  const databases = deps.services.list().map((info) => ({
    name: info.name,
    paths: databasePaths(deps.services.capabilities(info.name)),
    info,
  }))
  const all: EventService[] = [
    ...databases,
    { name: 'api_docs', paths: API_DOCS_PATHS },
    { name: 'system', paths: systemPaths(deps.system.resources) },
    { name: 'user', paths: USER_PATHS },
  ]
  const reached = all.filter(({ name }) => caller.policy.reaches(name))
  const wanted = queryText(request.query, 'service')
  if (!wanted) return reached.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const one = reached.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  if (one) return [one]
  throw new AppError('not_found', `Could not find a service for ${wanted}`)
}

/** `shop._table.{table_name}` with `shop._table.{table_name}.get` and its other verbs. */
function eventsOf({ name: service, paths }: EventService, suffixes: readonly string[]) {
  return paths.map(({ path, verbs, happens = [] }) => {
    const name = path === '' ? service : `${service}.${path}`
    const ends = [...verbs.map((verb) => verb.toLowerCase()), ...happens]
    const endpoints = ends.flatMap((end) => suffixes.map((suffix) => `${name}.${end}${suffix}`))
    return { name, endpoints }
  })
}

/** Those the caller sees; none of a service that cannot be opened now. */
async function tablesOf(
  { name, isActive }: ServiceInfo,
  { caller, deps, signal }: SystemContext,
): Promise<string[]> {
  if (!isActive) return []
  try {
    const service = await deps.services.open(name, signal)
    const { tables } = await service.schema({ signal })
    return tables.filter((table) => canSeeTable(caller.policy, name, table.name)).map((table) => table.name)
  } catch (error) {
    if (error instanceof AppError) return []
    throw error
  }
}
