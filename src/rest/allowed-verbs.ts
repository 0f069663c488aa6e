import type { Address } from './address.ts'

/** What `OPTIONS` answers. By the form of the address alone: it tells nothing of what exists. */
export function allowedVerbs({ service, path }: Address): string {
  const [resource, name, id] = path
  if (service === undefined || name === undefined) return 'GET, HEAD, OPTIONS'
  if (resource === 'admin') return 'POST, OPTIONS'
  if (resource === '_table')
    return id === undefined
      ? 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
      : 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'
  if (resource === '_proc' || resource === '_func') return 'GET, HEAD, POST, OPTIONS'
  return 'GET, HEAD, OPTIONS'
}
