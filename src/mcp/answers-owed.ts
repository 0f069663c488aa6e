import { isJSONRPCNotification, isJSONRPCRequest, type JSONRPCMessage } from '@modelcontextprotocol/server'

/** Requests taken in and not answered yet. */
export interface AnswersOwed {
  add(incoming: JSONRPCMessage): void
  settle(outgoing: JSONRPCMessage): void
  /** Resolves when nothing is owed, or after so many milliseconds. */
  none(limitMs: number): Promise<void>
}

export function answersOwed(): AnswersOwed {
  const ids = new Set<unknown>()
  let whenNone: (() => void) | undefined
  const remove = (id: unknown) => {
    ids.delete(id)
    if (ids.size === 0) whenNone?.()
  }
  return {
    add(incoming) {
      if (isJSONRPCRequest(incoming)) {
        // A subscription is answered when it ends.
        if (incoming.method !== 'subscriptions/listen') ids.add(incoming.id)
      } else if (isJSONRPCNotification(incoming) && incoming.method === 'notifications/cancelled') {
        remove(incoming.params?.requestId)
      }
    },
    settle(outgoing) {
      if (!('method' in outgoing)) remove(outgoing.id)
    },
    async none(limitMs) {
      if (ids.size === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs)
        whenNone = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
