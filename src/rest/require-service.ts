import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import type { ServiceInfo } from '../core/service.ts'
import type { RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { refused } from './unsupported.ts'

/** A service the caller does not reach is refused alike whether it exists or not. */
export function requireService(request: RestRequest, caller: Caller, { services }: RestDeps): ServiceInfo {
  const { policy } = caller
  const info = services.find(request.service)
  if (!policy.reaches(info?.name ?? request.service.toLowerCase())) throw refused(request, caller)
  if (!info)
    throw unknownService(
      request.service,
      services
        .list()
        .filter(({ name }) => policy.reaches(name))
        .map(({ name }) => name),
    )
  if (!info.isActive) throw new AppError('forbidden', `Service ${info.name} is deactivated.`)
  return info
}

function unknownService(name: string, visible: readonly string[]): AppError {
  const near = nearest(name, visible)
  return new AppError(
    'not_found',
    `Could not find a service for ${name}`,
    near.length > 0 ? { hint: didYouMean(near), didYouMean: near } : {},
  )
}
