import { type Caller, refusalOf } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { RestRequest } from './rest-request.ts'

/** A verb that exists, on something that does not answer it (dreamfactory-rest §1.3). */
export function unsupportedVerb({
  verb,
  path,
  service,
}: Pick<RestRequest, 'verb' | 'path' | 'service'>): AppError {
  const what = path.length === 0 ? 'requests without a resource' : `requests for resource '${path.join('/')}'`
  return new AppError(
    'bad_request',
    `${verb} ${what} are not currently supported by the '${service}' service.`,
  )
}

export function unknownResource({ path, service }: Pick<RestRequest, 'path' | 'service'>): AppError {
  return new AppError('not_found', `Resource '${path[0] ?? ''}' not found for service '${service}'.`)
}

/** A role's refusal, in the words of the original; it reads the same whether the service exists or not. */
export function refused(
  { verb, path, service }: Pick<RestRequest, 'verb' | 'path' | 'service'>,
  caller: Caller,
): AppError {
  const component = path.length === 0 ? '' : `component '${path.join('/').toLowerCase()}' of `
  const message = `Access Forbidden. ${verb} access to ${component}service '${service}' is not allowed by this user's role.`
  return refusalOf(caller, message)
}
