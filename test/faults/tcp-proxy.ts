import { connect, createServer, type Socket } from 'node:net'

/** A TCP connection to a server that a test can spoil. */
export interface TcpProxy {
  readonly port: number
  /** Bytes stay where they are, on open and on new connections. */
  stall(): void
  /** Bytes arrive after so many milliseconds. */
  slow(ms: number): void
  /** As if nothing had been. */
  heal(): void
  /** Every connection breaks. */
  cut(): void
  connections(): number
  close(): Promise<void>
}

export async function startProxy(toPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let delayMs = 0
  let healed = Promise.resolve()
  let heal = () => {}
  const server = createServer((inside) => {
    const outside = connect(toPort, '127.0.0.1')
    const pair = [inside, outside] as const
    pairs.add(pair)
    relay(inside, outside)
    relay(outside, inside)
    for (const socket of pair) {
      socket.on('error', () => {})
      socket.on('close', () => {
        pairs.delete(pair)
        for (const each of pair) each.destroy()
      })
    }
  })

  function relay(from: Socket, to: Socket): void {
    let order = Promise.resolve()
    from.setNoDelay(true)
    from.on('data', (bytes) => {
      order = order
        .then(() => (delayMs > 0 ? new Promise((resolve) => setTimeout(resolve, delayMs)) : undefined))
        .then(() => healed)
        .then(() => {
          if (!to.destroyed) to.write(bytes)
        })
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const proxy: TcpProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    stall() {
      healed = new Promise((resolve) => {
        heal = resolve
      })
    },
    slow(ms) {
      delayMs = ms
    },
    heal() {
      delayMs = 0
      heal()
    },
    cut() {
      for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy()
    },
    connections: () => pairs.size,
    close: () => {
      proxy.heal()
      proxy.cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return proxy
}

/** The same database by way of the proxy. */
export function through(proxy: TcpProxy, url: string): string {
  const changed = new URL(url)
  changed.port = String(proxy.port)
  return changed.href
}
