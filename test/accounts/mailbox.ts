import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { vi } from 'vitest'

interface Received {
  readonly to: readonly string[]
  /** Decoded: quoted-printable, RFC 2045 §6.7. */
  readonly text: string
}

/** A mail server that keeps what it is given. */
export interface Mailbox {
  readonly port: number
  readonly received: Received[]
  /** The newest message to this address, once there are so many. */
  next(address: string, many?: number): Promise<Received>
  close(): Promise<void>
}

export async function openMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part) => parts.push(part))
      stream.on('end', () => {
        const text = Buffer.concat(parts).toString().replace(/=\r\n/g, '').replace(/=3D/g, '=')
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    },
    ...options,
  })
  // A client that leaves is no matter here.
  server.on('error', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const bound = server.server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    received,
    next: (address, many = 1) =>
      vi.waitFor(() => {
        const messages = received.filter(({ to }) => to.includes(address))
        const newest = messages.at(-1)
        if (messages.length < many || !newest) throw new Error(`${messages.length} messages for ${address}`)
        return newest
      }, WAIT_MS),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Writing and sending a message takes a moment, on a busy machine many. */
const WAIT_MS = 30_000

export function codeIn({ text }: Received): string {
  return /code: ([0-9A-Z]{32})/.exec(text)?.[1] ?? ''
}
