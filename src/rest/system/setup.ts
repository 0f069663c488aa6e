import type { IncomingHttpHeaders } from 'node:http'
import { FIRST_ADMINISTRATOR_FIELDS } from '../../system/accounts/first-administrator.ts'
import { accountBody } from '../accounts/account-body.ts'
import { requireOwnPage } from '../accounts/refresh-cookie.ts'
import type { Answer } from '../answer.ts'
import type { RestDeps } from '../rest-deps.ts'
import type { RestRequest } from '../rest-request.ts'
import { unsupportedVerb } from '../unsupported.ts'

interface Client {
  readonly headers: IncomingHttpHeaders
  readonly address: string
}

/**
 * `system/setup`: whether an administrator is missing, and the making of the first, with the code that the start printed. Nobody is let off by coming
 * from this machine: a proxy on it speaks for anybody.
 */
export async function setup(
  request: RestRequest,
  { headers, address }: Client,
  { firstAdministrator, browserPlace }: Pick<RestDeps, 'firstAdministrator' | 'browserPlace'>,
): Promise<Answer> {
  switch (request.verb) {
    case 'GET':
      return JSON.stringify({
        is_required: firstAdministrator.isMissing(),
        ...(firstAdministrator.isMissing() && {
          needs_code: true,
          least_password: firstAdministrator.leastPassword,
        }),
      })
    case 'POST': {
      // Browsers name the origin: a page of another server must not do it for a person.
      if (headers.origin !== undefined) requireOwnPage(headers, browserPlace)
      const given = accountBody(request.body, FIRST_ADMINISTRATOR_FIELDS)
      await firstAdministrator.create(given, address)
      return { status: 201, text: JSON.stringify({ success: true }) }
    }
    default:
      throw unsupportedVerb(request)
  }
}

export function isSetup({ service, path }: RestRequest): boolean {
  return service.toLowerCase() === 'system' && path.join('/').toLowerCase() === 'setup'
}
