import { createServer, type Server, type Socket } from 'node:net'

/** What a statement is answered: tokens, or nothing until it is stopped, or the end of the connection in the middle of a row. */
type Answer = Buffer | 'nothing' | 'cut'

export interface TdsServer {
  readonly port: number
  /** Statements as they came, without their parameters' names. */
  readonly heard: readonly string[]
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
}

/** The protocol as far as the driver needs it to sign in and to be answered (MS-TDS §2.2); without encryption. */
export async function startTdsServer({ answer, login, port = 0 }: Options): Promise<TdsServer> {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  let stops = 0
  const receive = (socket: Socket, type: number, body: Buffer) => {
    if (type === PRELOGIN) return socket.write(packet(PRELOGIN_ANSWER))
    if (type === LOGIN) return socket.write(packet(login ?? Buffer.concat([LOGIN_ACK, done()])))
    if (type === ATTENTION) {
      stops++
      return socket.write(packet(done(0x20)))
    }
    const sql = textOf(body)
    heard.push(sql)
    const told = answer(sql)
    if (told === 'nothing') return
    if (told === 'cut') {
      socket.write(packet(rows(['one'], [['1']])).subarray(0, -20))
      return socket.destroySoon()
    }
    socket.write(packet(told.length > 0 ? told : done()))
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    reading(socket, (type, body) => receive(socket, type, body))
  })
  const taken = await listening(server, port)
  return {
    port: taken,
    heard,
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

export function listening(server: Server, port = 0): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0)
    })
  })
}

const PRELOGIN = 0x12
const LOGIN = 0x10
const ATTENTION = 0x06

/** Whole messages: packets until the one that says it is the last. */
function reading(socket: Socket, receive: (type: number, body: Buffer) => void): void {
  let bytes = Buffer.alloc(0)
  let body = Buffer.alloc(0)
  socket.on('data', (chunk) => {
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
  })
}

/** The texts in it; those of a call begin at an odd place or an even one. */
function textOf(body: Buffer): string {
  const texts = [0, 1].map((from) => body.subarray(from).toString('ucs2'))
  return texts.flatMap((text) => text.match(/[ -~\n]{6,}/g) ?? []).join(' ')
}

function packet(body: Buffer): Buffer {
  const header = Buffer.from([0x04, 0x01, 0, 0, 0, 0, 1, 0])
  header.writeUInt16BE(body.length + 8, 2)
  return Buffer.concat([header, body])
}

/** A version, and that there is no encryption. */
const PRELOGIN_ANSWER = Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2])

const LOGIN_ACK = token(
  0xad,
  Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), short('double'), Buffer.alloc(4)]),
)

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
  const columns = names.map((name) =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 9, 0, 0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 0x34]), short(name)]),
  )
  const head = Buffer.from([0x81, names.length, 0])
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
  return Buffer.concat([head, ...columns, ...data, done(0x10, all.length)])
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
