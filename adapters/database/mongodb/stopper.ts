import type { ClientSession, MongoClient } from 'mongodb'
import type { ServerDocument } from './pipeline.ts'

/** Ends on the server what runs in a session. */
export interface Stopper {
  stop(session: ClientSession): void
  /** Waits for what was sent, then lets go of everything. */
  close(): Promise<void>
}

/**
 * `killSessions` on connections of its own: those of the service may all be busy with what is to be stopped. They are there while
 * something is being stopped. Every user may end sessions of their own; a server that does not know the command ends by its limits.
 */
export function createStopper(connect: () => MongoClient): Stopper {
  let client: MongoClient | undefined
  const sent = new Set<Promise<void>>()

  async function send(order: ServerDocument): Promise<void> {
    client ??= connect()
    const own = client
    await own
      .db('admin')
      .command(order)
      .catch(() => {})
  }
  async function letGo(): Promise<void> {
    if (sent.size > 0) return
    const done = client
    client = undefined
    await done?.close().catch(() => {})
  }
  return {
    stop({ id }) {
      if (!id) return
      const order = send({ killSessions: [id] }).then(() => {
        sent.delete(order)
        return letGo()
      })
      sent.add(order)
    },
    close: async () => {
      await Promise.all(sent)
      await letGo()
    },
  }
}
