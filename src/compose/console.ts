import { createAttemptLimit } from '../access/attempt-limit.ts'
import { createBrowserSessions } from '../access/browser-sessions.ts'
import { networkOf } from '../access/network-of.ts'
import type { Config } from '../config/config.ts'
import type { AttemptStore } from '../core/attempt-store.ts'
import type { createLogger } from '../observe/log.ts'
import type { RestDeps } from '../rest/rest-deps.ts'
import { createFirstAdministrator } from '../system/accounts/first-administrator.ts'
import type { CredentialMaker } from '../system/secrets.ts'
import { createBrowserSessionBook } from '../system/sessions/browser-session-book.ts'
import type { SystemStore } from '../system/store.ts'

type OfSessions = Omit<
  Parameters<typeof createBrowserSessions>[0],
  'book' | 'onReuse' | 'now' | 'host' | 'allowForever' | 'revocations' | 'recordSignIn'
>

interface Parts extends OfSessions {
  readonly config: Config
  readonly store: SystemStore
  readonly maker: CredentialMaker
  readonly attempts: AttemptStore
  readonly log: ReturnType<typeof createLogger>
}

type OfConsole = Pick<RestDeps, 'browserSessions' | 'browserPlace' | 'firstAdministrator'>

const WINDOW_MS = 15 * 60 * 1000
const MOST_CODES = 10
const MOST_CODES_OF_ALL = 100

/** What web pages of this server need of the house. */
export function composeConsole(parts: Parts): OfConsole {
  const { config, store, log, maker, attempts, ...access } = parts
  const wrongCodes = createAttemptLimit(WINDOW_MS, { store: attempts })
  const { revocations, recordSignIn } = store
  return {
    browserSessions: createBrowserSessions({
      ...access,
      revocations,
      recordSignIn,
      host: config.host,
      allowForever: config.allowForeverSessions,
      book: createBrowserSessionBook(store.database),
      onReuse: (userId) =>
        log.warn(
          { event: 'browser_session.reused', userId },
          'a refresh token was used twice: session ended',
        ),
    }),
    browserPlace: {
      // Its own for each installation, and nothing about it.
      name: `sluice_${access.keyring.digest('browser cookie').slice(0, 8)}`,
      publicUrl: config.publicUrl,
    },
    firstAdministrator: createFirstAdministrator({
      store,
      maker,
      leastPassword: config.minAdminPasswordLength,
      code: setupCode(access.keyring),
      beginAttempt: (address) =>
        wrongCodes.begin([
          { key: `setup:${networkOf(address)}`, most: MOST_CODES },
          { key: 'setup', most: MOST_CODES_OF_ALL },
        ]),
    }),
  }
}

/** 80 bits of the app key: whoever has it may do anything. The same on every node, and after a restart. */
function setupCode({ digest }: Parts['keyring']): string {
  return (digest('setup code').slice(0, 20).match(/.{5}/g) ?? []).join('-')
}
