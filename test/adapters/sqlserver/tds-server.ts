import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { DoubleSession } from './double.ts'
import { isAskedOfAll, YES_IN_BYTES } from './full-server.ts'
import { challenge, negotiatedDomain, proves, type WindowsUser } from './ntlm.ts'
import { SessionChannel } from './tds-session.ts'
import { type Identity, secured } from './tds-tls.ts'
import {
  ACKNOWLEDGED,
  done,
  ENCRYPTED,
  error,
  FAILED,
  NOT_ENCRYPTED,
  packet,
  preloginAnswer,
  rows,
  STOPPED,
  token,
} from './tds-tokens.ts'

/**
 * What a statement is answered: tokens, at once or as they are taken from a list, or nothing until it is stopped, or the end of the
 * connection in the middle of a row.
 */
type Answer = Buffer | Generator<Buffer> | 'nothing' | 'cut'

export interface TdsServer {
  readonly port: number
  /** Statements as they came, without their parameters' names. */
  readonly heard: readonly string[]
  /** The same, byte by byte. */
  readonly bodies: readonly Buffer[]
  /** Attentions that came. */
  readonly stops: number
  close(): Promise<void>
}

interface Options {
  /** By the text of a statement; an empty answer is a success without rows. */
  answer?(sql: string): Answer
  /** In place of answers: what runs the statements of a connection. */
  session?(): Promise<DoubleSession>
  /** In place of the acknowledgement of a login. */
  readonly login?: Buffer
  readonly port?: number
  readonly host?: string
  /** Says that it was stopped in the answer to what it stopped, as the protocol allows. */
  readonly stopsInOne?: boolean
  /** Encrypts every connection. */
  readonly identity?: Identity
  /** Takes this user of a Windows domain, and nobody else. */
  readonly windowsUser?: WindowsUser
}

/** The protocol as far as the driver needs it to sign in and to be answered (MS-TDS §2.2). */
export async function startTdsServer(options: Options): Promise<TdsServer> {
  const heard: string[] = []
  const bodies: Buffer[] = []
  const sockets = new Set<Socket>()
  const sending = new Set<Duplex>()
  let stops = 0
  const sessions = new Map<Duplex, SessionChannel>()
  const receive = (channel: Duplex, type: number, body: Buffer, isReset: boolean) => {
    if (type === LOGIN && options.session)
      sessions.set(channel, new SessionChannel(channel, options.session()))
    if (type === LOGIN) return channel.write(packet(loginAnswer(body, options)))
    if (type === NTLM) return channel.write(packet(proofAnswer(body, options)))
    const session = sessions.get(channel)
    if (type === ATTENTION) {
      stops++
      if (session) return void session.stop()
      // The answer to what was stopped has its own end, unless it is put together with what says that it was stopped.
      if (!sending.delete(channel) && !options.stopsInOne) channel.write(packet(done(FAILED)))
      else if (!options.stopsInOne) return
      return channel.write(packet(done(STOPPED)))
    }
    if (session) return session.run(type, body, isReset)
    const sql = textOf(body)
    if (isAskedOfAll(sql)) return channel.write(packet(YES_IN_BYTES))
    heard.push(sql)
    bodies.push(body)
    const told = options.answer?.(sql) ?? done()
    if (told === 'nothing') return
    if (told === 'cut') {
      channel.write(packet(rows(['one'], [['1']])).subarray(0, -20))
      return channel.end(() => channel.destroy())
    }
    if (Buffer.isBuffer(told)) return channel.write(packet(told.length > 0 ? told : done()))
    sending.add(channel)
    void send(channel, told, () => sending.has(channel)).finally(() => sending.delete(channel))
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    const { identity } = options
    const stop = reading(socket, (type, body, isReset) => {
      if (type !== PRELOGIN) return receive(socket, type, body, isReset)
      socket.write(packet(preloginAnswer(identity ? ENCRYPTED : NOT_ENCRYPTED)))
      if (!identity) return
      stop()
      const channel = secured(socket, identity)
      reading(channel, (...message) => receive(channel, ...message))
    })
  })
  const taken = await listening(server, options.port, options.host)
  return {
    port: taken,
    heard,
    bodies,
    get stops() {
      return stops
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Parts of one message, each when the one before it was taken, until it is stopped. */
async function send(channel: Duplex, parts: Iterable<Buffer>, isWanted: () => boolean): Promise<void> {
  for (const part of parts) {
    if (channel.destroyed) return
    if (!isWanted()) break
    if (!channel.write(packet(part, 0))) await Promise.race([once(channel, 'drain'), once(channel, 'close')])
  }
  channel.write(packet(isWanted() ? done() : done(FAILED)))
  if (!isWanted()) channel.write(packet(done(STOPPED)))
}

const REFUSED = () => error(18456, "Login failed for user 'somebody'.", 14)

/** MS-TDS §2.2.6.4: where the message of NTLM stands in a login. */
function loginAnswer(body: Buffer, { login, windowsUser }: Options): Buffer {
  if (!windowsUser) return login ?? ACKNOWLEDGED
  const start = body.readUInt16LE(78)
  const message = body.subarray(start, start + body.readUInt16LE(80))
  if (message.length === 0) return REFUSED()
  return negotiatedDomain(message) === windowsUser.domain ? token(0xed, challenge()) : REFUSED()
}

function proofAnswer(body: Buffer, { windowsUser }: Options): Buffer {
  return windowsUser && proves(body, windowsUser) ? ACKNOWLEDGED : REFUSED()
}

export function listening(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0)
    })
  })
}

const PRELOGIN = 0x12
const LOGIN = 0x10
const NTLM = 0x11
const ATTENTION = 0x06

/** Whole messages: packets until the one that says it is the last. The result ends it. */
function reading(
  channel: Duplex,
  receive: (type: number, body: Buffer, isReset: boolean) => void,
): () => void {
  let bytes = Buffer.alloc(0)
  let isReset = false
  let body = Buffer.alloc(0)
  const take = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 8 && bytes.length >= bytes.readUInt16BE(2)) {
      const length = bytes.readUInt16BE(2)
      body = Buffer.concat([body, bytes.subarray(8, length)])
      const [type = 0, status = 0] = bytes
      isReset ||= (status & 8) !== 0
      bytes = bytes.subarray(length)
      if ((status & 1) === 0) continue
      const whole = body
      const wasReset = isReset
      body = Buffer.alloc(0)
      isReset = false
      // A message that the client takes back itself.
      if ((status & 2) === 0) receive(type, whole, wasReset)
    }
  }
  channel.on('data', take)
  return () => channel.off('data', take)
}

/** The texts in it; those of a call begin at an odd place or an even one. */
function textOf(body: Buffer): string {
  const texts = [0, 1].map((from) => body.subarray(from).toString('ucs2'))
  return texts.flatMap((text) => text.match(/[ -~\n]{6,}/g) ?? []).join(' ')
}
