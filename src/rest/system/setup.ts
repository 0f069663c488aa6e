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

/** `system/setup`: whether an administrator is missing, and the making of the first; open to whoever is there first. */
export async function setup(
  request: RestRequest,
  { headers, address }: Client,
  { firstAdministrator, browserPlace }: Pick<RestDeps, 'firstAdministrator' | 'browserPlace'>,
): Promise<Answer> {
  const needsCode = browserPlace.isBehindOthers || !isThisMachine(address) || isForwarded(headers)
  switch (request.verb) {
    case 'GET':
      return JSON.stringify({
        is_required: firstAdministrator.isMissing(),
        ...(firstAdministrator.isMissing() && {
          needs_code: needsCode,
          least_password: firstAdministrator.leastPassword,
        }),
      })
    case 'POST': {
      // Browsers name the origin: a page of another server must not do it for a person.
      if (headers.origin !== undefined) requireOwnPage(headers, browserPlace)
      const given = accountBody(request.body, FIRST_ADMINISTRATOR_FIELDS)
      await firstAdministrator.create(given, { address, needsCode })
      return { status: 201, text: JSON.stringify({ success: true }) }
    }
    default:
      throw unsupportedVerb(request)
  }
}

export function isSetup({ service, path }: RestRequest): boolean {
  return service.toLowerCase() === 'system' && path.join('/').toLowerCase() === 'setup'
}

function isThisMachine(address: string): boolean {
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/.test(address)
}

/** A proxy on this machine speaks for somebody who may be anywhere. */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => headers[name] !== undefined,
  )
}
