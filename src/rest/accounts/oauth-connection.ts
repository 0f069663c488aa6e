import { connectionsAnswer } from '../oauth-connections.ts'
import type { AccountHandler } from './account-routes.ts'

/** `user/oauth_connection`, `system/admin/oauth_connection`: the programs that people connected themselves, whatever their role. */
export const oauthConnection: AccountHandler = async (request, { sessions, connections }) => {
  const { kind, path, credentials = {} } = request
  const { id: userId } = await sessions.owner(kind, credentials)
  return connectionsAnswer(request, path[kind === 'admin' ? 2 : 1], {
    connections,
    whose: { userId, hasAdministrators: true },
  })
}
