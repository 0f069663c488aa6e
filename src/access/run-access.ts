import { withChanges } from '../core/layered-map.ts'
import { VERB_BIT } from '../core/policy.ts'
import type { Accounts, AppAccount, RoleAccount } from './accounts.ts'
import type { AccessRule } from './rule.ts'

interface RunAccess {
  readonly services: readonly string[]
  /** Of the one key, by `Keyring.apiKeyHash`. */
  readonly keyHash: string
}

/** Outside of what a database numbers. */
const ID = -1
const NAME = 'this run'

/** The accounts, and one key that reads the services which live for this run only; nothing of it is stored. */
export function withRunAccess(accounts: () => Accounts, { services, keyHash }: RunAccess): () => Accounts {
  const role: RoleAccount = { id: ID, name: NAME, isActive: true, rules: services.map(readAll) }
  const app: AppAccount = { id: ID, name: NAME, isActive: true, roleId: ID }
  let made: { readonly of: Accounts; readonly whole: Accounts } | undefined
  return () => {
    const of = accounts()
    if (made?.of !== of) {
      const roleById = withChanges(of.roleById, [[ID, role]])
      const appByKeyHash = withChanges(of.appByKeyHash, [[keyHash, app]])
      made = { of, whole: { ...of, roleById, appByKeyHash } }
    }
    return made.whole
  }
}

function readAll(service: string): AccessRule {
  return { service, component: '*', verbMask: VERB_BIT.GET, requestorMask: 1, filters: [], filterOp: 'AND' }
}
