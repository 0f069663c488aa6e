import { z } from 'zod'

const SUBSCRIPTION = z.object({
  method: z.literal('subscriptions/listen'),
  params: z.object({ notifications: z.object({ resourceSubscriptions: z.array(z.string()) }) }),
})

/** A request that stays open for changes to be told (2026-07-28). */
export function isSubscription(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'method' in message &&
    message.method === 'subscriptions/listen'
  )
}

/** The resources that it asks for. */
export function subscribedUris(message: unknown): readonly string[] {
  const { data } = SUBSCRIPTION.safeParse(message)
  return data?.params.notifications.resourceSubscriptions ?? []
}

/** Resources whose content is watched, too; not those that hold rows. */
export interface WatchedUris {
  readonly uris: Set<string>
  /** To be called after one was added. */
  added(): Promise<void>
}

/** Most resources of a watch. */
export const MOST_URIS = 100

export function watchedUris(uris: readonly string[] = []): WatchedUris {
  return { uris: new Set(uris.slice(0, MOST_URIS)), added: async () => {} }
}
