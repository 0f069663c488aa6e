import { type AccessPolicy, VERBS } from '../../core/policy.ts'
import { listAnswer } from '../answer.ts'
import { flag } from '../options.ts'
import { isTrue, queryText } from '../query.ts'
import type { RestRequest } from '../rest-request.ts'
import { refused, unsupportedVerb } from '../unsupported.ts'
import type { SystemContext } from './system-handler.ts'

const SYSTEM = 'system'

/** `GET system`: the resources this caller may use, or what a role's rules may name (dreamfactory-rest §7.1). */
export async function systemRoot(request: RestRequest, { caller, names }: SystemContext): Promise<string> {
  const { policy } = caller
  if (!policy.reaches(SYSTEM)) throw refused(request, caller)
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const visible = names.filter((name) => mayUse(policy, name))
  if (isTrue(queryText(request.query, 'as_access_list')))
    return listAnswer(request, ['', '*', ...visible.flatMap(componentsOf)])
  return listAnswer(request, flag(request, 'as_list') ? visible : visible.map((name) => ({ name })))
}

function componentsOf(name: string): string[] {
  return name.includes('/') ? [name] : [`${name}/`, `${name}/*`]
}

function mayUse(policy: AccessPolicy, name: string): boolean {
  return VERBS.some((verb) => policy.decide(SYSTEM, name, verb).allowed)
}
