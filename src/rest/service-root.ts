import { listResources } from '../operations/database/list-resources.ts'
import { listAnswer } from './answer.ts'
import { booleanIn, flag } from './options.ts'
import { queryText } from './query.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'

/** `GET /api/v2/{service}` (dreamfactory-rest §1.10): what it offers, or what a role's rules may name. */
export async function serviceRoot(request: RestRequest, { run }: RestContext): Promise<string> {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const { resources, access_list } = await run(listResources, { refresh: flag(request, 'refresh') })
  if (booleanIn('as_access_list', queryText(request.query, 'as_access_list')))
    return listAnswer(request, access_list)
  return listAnswer(request, flag(request, 'as_list') ? resources : resources.map((name) => ({ name })))
}
