import { Center, Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { DoorOfConsole } from './door-of-console.tsx'
import { useSessionState } from './session-context.ts'
import { SignInAgain } from './sign-in-again.tsx'

/** Shows the pages to who is signed in; they stay where they are while somebody signs in again. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const state = useSessionState()
  switch (state.phase) {
    case 'starting':
      return (
        <Center h="100vh">
          <Loader aria-label="Signing in" />
        </Center>
      )
    case 'signed-out':
      return <DoorOfConsole reason={state.reason} />
    case 'signed-in':
    case 'expired':
      return (
        <>
          {children}
          {state.phase === 'expired' && <SignInAgain account={state.account} />}
        </>
      )
  }
}
