import { AppError } from '../../core/errors.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { itemsAnswer } from './items.ts'
import type { SystemHandler } from './system-handler.ts'

/** `system/cache`: what is kept of a service is its schema, its routines and, where that is switched on, results; the next request reads them again. */
export const cache: SystemHandler = async (request, { caller, deps }) => {
  const [, name] = request.path
  const may = (service: string) => caller.policy.decide('system', `cache/${service}`, 'DELETE').allowed
  const services = deps.services.list().filter((info) => may(info.name))
  if (request.verb === 'GET' && name === undefined) {
    const items = services.map(({ name: service, label, description, type }) => ({
      name: service,
      label,
      description,
      type,
    }))
    return itemsAnswer(request, items, LISTED)
  }
  if (request.verb !== 'DELETE') throw unsupportedVerb(request)
  const one = name === undefined ? undefined : deps.services.find(name)
  if (name !== undefined && !one) throw new AppError('not_found', `Could not find a service for ${name}`)
  for (const info of one ? [one] : services) await deps.services.forget(info.name)
  return '{"success":true}'
}

const LISTED = { key: 'name', fields: ['name', 'label', 'description', 'type'], usual: ['name'] }
