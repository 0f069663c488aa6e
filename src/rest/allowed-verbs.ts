import type { Address } from './address.ts'

/** What `OPTIONS` answers. By the form of the address alone: it tells nothing of what exists. */
export function allowedVerbs({ service, path }: Address): string {
  const [resource, name, id] = path
  if (service?.toLowerCase() === 'system' && resource !== undefined) return systemVerbs(resource, name)
  if (service === undefined || name === undefined) return 'GET, HEAD, OPTIONS'
  if (resource === '_table')
    return id === undefined
      ? 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
      : 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'
  if (resource === '_proc' || resource === '_func') return 'GET, HEAD, POST, OPTIONS'
  return 'GET, HEAD, OPTIONS'
}

function systemVerbs(resource: string, name: string | undefined): string {
  if (resource === 'admin' && name === 'session') return 'POST, OPTIONS'
  if (READ_ONLY.has(resource)) return 'GET, HEAD, OPTIONS'
  return `GET, HEAD, ${name === undefined ? 'POST, ' : ''}PUT, PATCH, DELETE, OPTIONS`
}

const READ_ONLY: ReadonlySet<string> = new Set(['constant', 'environment', 'service_type'])
