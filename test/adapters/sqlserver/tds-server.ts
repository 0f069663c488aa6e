import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { challenge, negotiatedDomain, proves, type WindowsUser } from './ntlm.ts'
import { type Identity, secured } from './tds-tls.ts'

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
  answer(sql: string): Answer
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
  const receive = (channel: Duplex, type: number, body: Buffer) => {
    if (type === LOGIN) return channel.write(packet(loginAnswer(body, options)))
    if (type === NTLM) return channel.write(packet(proofAnswer(body, options)))
    if (type === ATTENTION) {
      stops++
      // The answer to what was stopped has its own end, unless it is put together with what says that it was stopped.
      if (!sending.delete(channel) && !options.stopsInOne) channel.write(packet(done(FAILED)))
      else if (!options.stopsInOne) return
      return channel.write(packet(done(STOPPED)))
    }
    const sql = textOf(body)
    heard.push(sql)
    bodies.push(body)
    const told = options.answer(sql)
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
    const stop = reading(socket, (type, body) => {
      if (type !== PRELOGIN) return receive(socket, type, body)
      socket.write(packet(preloginAnswer(identity ? ENCRYPTED : NOT_ENCRYPTED)))
      if (!identity) return
      stop()
      const channel = secured(socket, identity)
      reading(channel, (kind, message) => receive(channel, kind, message))
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
function reading(channel: Duplex, receive: (type: number, body: Buffer) => void): () => void {
  let bytes = Buffer.alloc(0)
  let body = Buffer.alloc(0)
  const take = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 8 && bytes.length >= bytes.readUInt16BE(2)) {
      const length = bytes.readUInt16BE(2)
      body = Buffer.concat([body, bytes.subarray(8, length)])
      const [type = 0, status = 0] = bytes
      bytes = bytes.subarray(length)
      if ((status & 1) === 0) continue
      const whole = body
      body = Buffer.alloc(0)
      // A message that the client takes back itself.
      if ((status & 2) === 0) receive(type, whole)
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

/** `status` 1: the last one of its message. */
function packet(body: Buffer, status = 1): Buffer {
  const header = Buffer.from([0x04, status, 0, 0, 0, 0, 1, 0])
  header.writeUInt16BE(body.length + 8, 2)
  return Buffer.concat([header, body])
}

const ENCRYPTED = 1
const NOT_ENCRYPTED = 2

/** A version, and whether there is encryption. */
function preloginAnswer(encryption: number): Buffer {
  return Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption])
}

const LOGIN_ACK = token(
  0xad,
  Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), short('double'), Buffer.alloc(4)]),
)

const ACKNOWLEDGED = Buffer.concat([LOGIN_ACK, done()])

const FAILED = 0x02
/** The server has stopped, as it was told to. */
const STOPPED = 0x20

export function done(status = 0, count = 0): Buffer {
  const bytes = Buffer.alloc(13)
  bytes[0] = 0xfd
  bytes.writeUInt16LE(status, 1)
  bytes.writeUInt32LE(count, 5)
  return bytes
}

/** An error, and the end of what it ended. */
export function error(number: number, message: string, severity = 16): Buffer {
  const head = Buffer.alloc(6)
  head.writeInt32LE(number)
  head[4] = 1
  head[5] = severity
  const text = Buffer.alloc(2)
  text.writeUInt16LE(message.length)
  const body = [head, text, Buffer.from(message, 'ucs2'), short('double'), short(''), Buffer.alloc(4)]
  return Buffer.concat([token(0xaa, Buffer.concat(body)), done(2)])
}

/** Rows of texts. */
export function rows(names: readonly string[], all: readonly (readonly string[])[]): Buffer {
  return Buffer.concat([columnsOf(names), rowsOf(all), done(0x10, all.length)])
}

/** The columns of rows that follow. */
export function columnsOf(names: readonly string[]): Buffer {
  const columns = names.map((name) =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 9, 0, 0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 0x34]), short(name)]),
  )
  return Buffer.concat([Buffer.from([0x81, names.length, 0]), ...columns])
}

export function rowsOf(all: readonly (readonly string[])[]): Buffer {
  const data = all.map((row) =>
    Buffer.concat([
      Buffer.from([0xd1]),
      ...row.map((text) => {
        const length = Buffer.alloc(2)
        length.writeUInt16LE(text.length * 2)
        return Buffer.concat([length, Buffer.from(text, 'ucs2')])
      }),
    ]),
  )
  return Buffer.concat(data)
}

/** One column of one value, by its type's own bytes. */
export function value(name: string, type: readonly number[], bytes: readonly number[]): Buffer {
  const column = Buffer.concat([Buffer.from([0, 0, 0, 0, 9, 0, ...type]), short(name)])
  return Buffer.concat([Buffer.from([0x81, 1, 0]), column, Buffer.from([0xd1, ...bytes]), done(0x10, 1)])
}

function token(type: number, body: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0])
  head.writeUInt16LE(body.length, 1)
  return Buffer.concat([head, body])
}

function short(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'ucs2')])
}
