import { createBrowserSessions } from './access/browser-sessions.ts'
import type { Config } from './config/config.ts'
import type { createLogger } from './observe/log.ts'
import type { RestDeps } from './rest/rest-deps.ts'
import { createBrowserSessionBook } from './system/sessions/browser-session-book.ts'
import type { SystemStore } from './system/store.ts'

type OfSessions = Omit<
  Parameters<typeof createBrowserSessions>[0],
  'book' | 'onReuse' | 'now' | 'host' | 'allowForever' | 'revocations' | 'recordSignIn'
>

interface Parts extends OfSessions {
  readonly config: Config
  readonly store: Pick<SystemStore, 'database' | 'revocations' | 'recordSignIn'>
  readonly log: ReturnType<typeof createLogger>
}

/** What web pages of this server need of the house. */
export function composeConsole(parts: Parts): Pick<RestDeps, 'browserSessions' | 'browserPlace'> {
  const { config, store, log, ...access } = parts
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
  }
}
