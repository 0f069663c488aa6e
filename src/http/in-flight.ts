import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The answers that are owed. Once the server stops, the last of each connection tells its client that this is the end of it. */
export interface InFlight {
  /** Returns its place, until it is taken out. */
  add(response: ServerResponse): number
  /** Nothing when it is not there any more. */
  delete(response: ServerResponse, place: number): void
  stop(): void
  /** Whether none is owed: an answer that is written, and not sent yet, is owed still. */
  isEmpty(): boolean
}

/** Places are used again: a Set, which is made anew as its members come and go, would cost a tenth of a small request. */
export function createInFlight(): InFlight {
  const owed: (Owed | undefined)[] = []
  const free: number[] = []
  let arrived = 0
  let isStopping = false
  const closeBehindLast = () => {
    const inOrder = owed.flatMap((one) => one ?? []).sort((a, b) => a.arrival - b.arrival)
    announceEnd(inOrder.map(({ response }) => response))
  }
  return {
    add(response) {
      const place = free.pop() ?? owed.length
      owed[place] = { response, arrival: ++arrived }
      if (isStopping) closeBehindLast()
      return place
    },
    delete(response, place) {
      if (owed[place]?.response !== response) return
      owed[place] = undefined
      free.push(place)
    },
    stop() {
      isStopping = true
      closeBehindLast()
    },
    isEmpty: () => free.length === owed.length,
  }
}

interface Owed {
  readonly response: ServerResponse
  /** Those of a connection are answered as they came. */
  readonly arrival: number
}

/** Node writes `connection: close` for these, however the head is written, and ends the connection: what waits behind would be lost. */
function announceEnd(owed: readonly ServerResponse[]): void {
  const last = new Map<Socket, ServerResponse>()
  for (const response of owed) {
    const { socket } = response.req
    const before = last.get(socket)
    if (before) before.shouldKeepAlive = true
    last.set(socket, response)
    response.shouldKeepAlive = false
  }
}
