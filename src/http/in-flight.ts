import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The answers that are owed. Once the server stops, the last of each connection tells its client that this is the end of it. */
export interface InFlight {
  add(response: ServerResponse): void
  delete(response: ServerResponse): void
  stop(): void
  /** Whether none is owed: an answer that is written, and not sent yet, is owed still. */
  isEmpty(): boolean
}

export function createInFlight(): InFlight {
  const owed = new Set<ServerResponse>()
  let isStopping = false
  return {
    add(response) {
      owed.add(response)
      if (isStopping) closeBehindLast(owed)
    },
    delete(response) {
      owed.delete(response)
    },
    stop() {
      isStopping = true
      closeBehindLast(owed)
    },
    isEmpty: () => owed.size === 0,
  }
}

/** Node writes `connection: close` for these, however the head is written, and ends the connection: what waits behind would be lost. */
function closeBehindLast(owed: ReadonlySet<ServerResponse>): void {
  const last = new Map<Socket, ServerResponse>()
  for (const response of owed) {
    const { socket } = response.req
    const before = last.get(socket)
    if (before) before.shouldKeepAlive = true
    last.set(socket, response)
    response.shouldKeepAlive = false
  }
}
