import type { FastifyInstance } from 'fastify'

export interface DrainOptions {
  /** Longest wait for running requests, in milliseconds; then their connections are cut, which aborts their signals. */
  readonly limitMs: number
}

const IDLE_CHECK_MS = 50

/** Stops accepting, lets running requests finish, closes (`onClose` hooks run last). `cut` tells that some were ended early. */
export async function drain(
  app: FastifyInstance,
  { limitMs }: DrainOptions,
): Promise<{ readonly cut: boolean }> {
  let cut = false
  app.everyRequest.stop()
  const limit = setTimeout(() => {
    cut = true
    app.server.closeAllConnections()
  }, limitMs)
  // A kept-alive connection turns idle only after its last answer, and would hold the server open. Node takes one for idle whose answer is not sent yet.
  const idle = setInterval(() => {
    if (app.everyRequest.isIdle()) app.server.closeIdleConnections()
  }, IDLE_CHECK_MS)
  try {
    await app.close()
  } finally {
    clearTimeout(limit)
    clearInterval(idle)
  }
  return { cut }
}
