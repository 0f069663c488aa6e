import { createContext, use, useSyncExternalStore } from 'react'
import type { Account, SessionState, SessionStore } from './session-store.ts'

export const SessionContext = createContext<SessionStore | undefined>(undefined)

export function useSessionStore(): SessionStore {
  const store = use(SessionContext)
  if (!store) throw new Error('useSessionStore stands outside of the console.')
  return store
}

export function useSessionState(): SessionState {
  const store = useSessionStore()
  return useSyncExternalStore(store.subscribe, store.state)
}

/** Who is signed in; pages inside the frame always have one. */
export function useAccount(): Account {
  const state = useSessionState()
  if (!('account' in state)) throw new Error('useAccount stands outside of the frame.')
  return state.account
}
