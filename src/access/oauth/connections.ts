import { AppError, toAppError } from '../../core/errors.ts'
import type {
  ConnectionBook,
  KeptConnection,
  OauthConnection,
  OauthConnections,
  Whose,
} from '../../core/oauth-connections.ts'
import type { Accounts, UserAccount } from '../accounts.ts'
import { type Callers, createCallers } from '../callers.ts'

/** Where nobody can be connected. */
export const NO_CONNECTIONS: OauthConnections = {
  list: async () => [],
  async end([id]) {
    if (id !== undefined) throw missing(id)
  },
}

export function createConnections(options: {
  readonly book: Pick<ConnectionBook, 'list'>
  readonly accounts: () => Accounts
  /** False when the account is not as it was. */
  readonly holds: (kept: KeptConnection) => boolean
  readonly endGrant: (grantId: string) => Promise<void>
}): OauthConnections {
  const { book, accounts, holds, endGrant } = options
  const find = async (whose: Whose): Promise<KeptConnection[]> => {
    const all = await book.list(whose.userId)
    const { userById } = accounts()
    return all.filter((kept) => holds(kept) && isOf(whose, userById.get(kept.userId)))
  }
  return {
    async list(whose) {
      const found = await find(whose)
      const state = accounts()
      const callers = createCallers(state)
      return found.map((kept) => shownOf(kept, state, callers))
    },
    async end(ids, whose) {
      const found = new Map((await find(whose)).map((kept) => [kept.id, kept]))
      const grantIds = ids.map((id) => {
        const one = found.get(id)
        if (!one) throw missing(id)
        return one.grantId
      })
      for (const grantId of grantIds) await endGrant(grantId)
    },
  }
}

function isOf({ hasAdministrators }: Whose, user: UserAccount | undefined): boolean {
  return user !== undefined && (hasAdministrators || !user.isAdmin)
}

function shownOf(
  { grantId: _, mark: __, appId, ...kept }: KeptConnection,
  { appByKeyHash, userById }: Accounts,
  callers: Callers,
): OauthConnection {
  const app = appId === undefined ? undefined : [...appByKeyHash.values()].find(({ id }) => id === appId)
  const isGone = appId !== undefined && !app
  const role = isGone ? undefined : roleOf(() => callers.callerFor({ user: userById.get(kept.userId), app }))
  return { ...kept, app: app?.name, role }
}

/** What is switched off gives no role. */
function roleOf(call: () => { readonly roleName?: string }): string | undefined {
  try {
    return call().roleName
  } catch (error) {
    if (toAppError(error).code === 'forbidden') return undefined
    throw error
  }
}

function missing(id: number): AppError {
  return new AppError('not_found', `Record with identifier '${id}' not found.`)
}
