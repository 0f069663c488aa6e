import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { createApi } from './api/api.ts'
import { ApiContext } from './api/api-context.ts'
import { ApiError } from './api/api-error.ts'
import { createConsoleRouter } from './router.tsx'
import { SessionContext } from './session/session-context.ts'
import { SessionGate } from './session/session-gate.tsx'
import { createSessionStore } from './session/session-store.ts'
import { theme } from './theme/theme.ts'

const schemeManager = localStorageColorSchemeManager({ key: 'sluice-color-scheme' })

/** Everything the console is made of; its styles come as files, so the library writes none into the page. */
export function App() {
  const [parts] = useState(createParts)
  useEffect(() => {
    void parts.session.resume()
  }, [parts])
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemeManager}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <SessionContext value={parts.session}>
        <ApiContext value={parts.api}>
          <QueryClientProvider client={parts.queries}>
            <ModalsProvider>
              <Notifications position="bottom-right" autoClose={5000} />
              <SessionGate>
                <RouterProvider router={parts.router} />
              </SessionGate>
            </ModalsProvider>
          </QueryClientProvider>
        </ApiContext>
      </SessionContext>
    </MantineProvider>
  )
}

function createParts() {
  const session = createSessionStore()
  const queries = new QueryClient({
    defaultOptions: { queries: { staleTime: 5_000, retry: isWorthAnotherTry, refetchOnWindowFocus: false } },
  })
  // Nothing that one person saw is there for the next.
  session.subscribe(() => {
    if (session.state().phase === 'signed-out') queries.clear()
  })
  return { session, api: createApi(session), queries, router: createConsoleRouter() }
}

/** What the server refuses stays refused. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503)
}
