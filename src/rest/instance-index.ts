import type { Caller } from '../core/caller.ts'
import { splitList } from './option-spellings.ts'
import { picked } from './picked.ts'
import { type Query, queryText } from './query.ts'
import type { RestDeps } from './rest-deps.ts'

/**
 * `GET /api/v2` (dreamfactory-rest §1.9): the active services this caller reaches, none for an unknown caller, and the
 * types of service there are. `fields` cuts the services, `type` and `group` select among them.
 */
export function instanceIndex(
  caller: Caller | undefined,
  query: Query,
  deps: Pick<RestDeps, 'services' | 'serviceTypes'>,
): string {
  const groupByType = new Map(deps.serviceTypes.map(({ name, group }) => [name, group]))
  const types = wanted(query, 'type')
  const groups = wanted(query, 'group')
  const services = deps.services
    .list()
    .filter(({ name, isActive }) => isActive && caller?.policy.reaches(name))
    .filter(({ type }) => !types || types.includes(type.toLowerCase()))
    .filter(({ type }) => !groups || groups.includes((groupByType.get(type) ?? '').toLowerCase()))
    .map(({ id, name, label, description, type }) => ({
      id,
      name,
      label,
      description,
      type,
      spec_url: `/api/v2/${name}/_spec`,
    }))
  const fields = splitList(queryText(query, 'fields') ?? '*')
  return JSON.stringify({
    services: services.map((service) => picked(service, fields)),
    service_types: deps.serviceTypes.map(({ name, label, group, description }) => ({
      name,
      label,
      group,
      description,
    })),
  })
}

function wanted(query: Query, name: string): string[] | undefined {
  const list = splitList(queryText(query, name) ?? '').map((item) => item.toLowerCase())
  return list.length === 0 ? undefined : list
}
