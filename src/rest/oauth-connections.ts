import { AppError } from '../core/errors.ts'
import type { OauthConnection, OauthConnections, Whose } from '../core/oauth-connections.ts'
import { flag, idsOf, isGiven } from './options.ts'
import type { RestRequest } from './rest-request.ts'
import { itemsAnswer } from './system/items.ts'
import { unsupportedVerb } from './unsupported.ts'

/** Programs that somebody connected: a list, one of them, and the end of those named, or of all with force=true. */
export async function connectionsAnswer(
  request: RestRequest,
  id: string | undefined,
  { connections, whose }: { readonly connections: OauthConnections; readonly whose: Whose },
): Promise<string> {
  const { verb } = request
  if (verb !== 'GET' && verb !== 'DELETE') throw unsupportedVerb(request)
  const ids = (id === undefined ? idsOf(request) : [id])?.map(idIn)
  if (verb === 'DELETE') {
    if (isGiven(request, 'filter') || (!ids && !flag(request, 'force'))) throw nothingNamed()
    const ended = ids ?? (await connections.list(whose)).map((one) => one.id)
    await connections.end(ended, whose)
    const gone = ended.map((one) => ({ id: one }))
    return JSON.stringify(id === undefined ? { resource: gone } : gone[0])
  }
  const items = (await connections.list(whose)).map(itemOf)
  if (id === undefined) return itemsAnswer(request, items, LISTED)
  const found = items.find((item) => item.id === ids?.[0])
  if (!found) throw new AppError('not_found', `Record with identifier '${ids?.[0]}' not found.`)
  return JSON.stringify(found)
}

/** As the wire names it. */
function itemOf(one: OauthConnection) {
  return {
    id: one.id,
    user_id: one.userId,
    client_id: one.clientId,
    client_name: one.clientName,
    resource: one.resource,
    scopes: one.scopes,
    app: one.app ?? null,
    role: one.role ?? null,
    created_date: one.createdDate,
    last_used_date: one.lastUsedDate ?? null,
    expires_date: one.expiresDate,
  }
}

const LISTED = {
  key: 'id',
  fields: [
    'id',
    'user_id',
    'client_id',
    'client_name',
    'resource',
    'scopes',
    'app',
    'role',
    'created_date',
    'last_used_date',
    'expires_date',
  ],
}

function idIn(id: unknown): number {
  if (/^\d{1,15}$/.test(String(id))) return Number(id)
  throw new AppError('bad_request', 'The id of a connection is a number.')
}

function nothingNamed(): AppError {
  return new AppError('bad_request', 'No records given for delete request.', {
    hint: "Name connections by 'ids' or in the address, or send force=true for all.",
  })
}
