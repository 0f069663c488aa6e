import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { BSON } from 'mongodb'

export type Command = Readonly<Record<string, unknown>>

/** A document, or nothing until the client has enough, or the end of the connection. */
type Answer = Command | 'nothing' | 'cut'

export interface WireServer {
  readonly port: number
  /** Every command but greetings, as it came. */
  readonly heard: readonly Command[]
  /** The names of those that came, without the ones that only learn about the server. */
  readonly names: readonly string[]
  /** Connections that are open. */
  readonly connections: number
  close(): Promise<void>
}

interface Options {
  /** By the command; undefined for what any server answers. */
  answer?(command: Command, name: string): Answer | undefined | Promise<Answer>
  /** Of `hello`, besides what a primary of a replica set says. */
  readonly hello?: Command
  readonly version?: string
}

/**
 * The protocol as far as the driver needs it: OP_MSG (https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md),
 * which also answers the driver's first greeting. What is answered is what the tests say: nothing is stored.
 */
export async function startWireServer(options: Options = {}): Promise<WireServer> {
  const { answer, hello = {}, version = '7.0.14' } = options
  const heard: Command[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    reading(socket, async (id, command) => {
      const [name = ''] = Object.keys(command)
      const isGreeting = GREETINGS.has(name.toLowerCase())
      if (!isGreeting) heard.push(command)
      const told = (isGreeting ? undefined : await answer?.(command, name)) ?? usual(name, isGreeting)
      if (told === 'cut') socket.destroy()
      else if (told !== 'nothing') socket.write(message(id, told))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const me = `127.0.0.1:${port}`
  const usual = (name: string, isGreeting: boolean): Command => {
    if (isGreeting) return { ...PRIMARY, hosts: [me], primary: me, me, ...hello }
    if (name === 'buildInfo') return { version, ok: 1 }
    if (name === 'listCollections') return cursorOf([])
    return { ok: 1 }
  }
  return {
    port,
    heard,
    get names() {
      const names = heard.map((command) => Object.keys(command)[0] ?? '')
      return names.filter((name) => !LEARNING.has(name))
    },
    get connections() {
      return sockets.size
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

const GREETINGS: ReadonlySet<string> = new Set(['hello', 'ismaster'])
const LEARNING: ReadonlySet<string> = new Set(['buildInfo', 'listCollections', 'endSessions'])

/** https://www.mongodb.com/docs/manual/reference/command/hello/ */
const PRIMARY = {
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  setName: 'rs',
  setVersion: 1,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
  ok: 1,
}

/** The answer of a command that gives a cursor: everything at once unless an id says that there is more. */
export function cursorOf(
  documents: readonly object[],
  id = 0,
  part: 'firstBatch' | 'nextBatch' = 'firstBatch',
): Command {
  return { cursor: { id: BSON.Long.fromNumber(id), ns: 'shop.people', [part]: documents }, ok: 1 }
}

/** As the server refuses a command. */
export function failure(code: number, codeName: string, errorLabels?: readonly string[]): Command {
  const errmsg = 'secret text of mongodb://user:pw@db.internal:27017'
  return { ok: 0, errmsg, code, codeName, ...(errorLabels && { errorLabels }) }
}

const OP_MSG = 2013
const OP_QUERY = 2004

function reading(socket: Socket, heard: (id: number, command: Command) => void): void {
  let bytes = Buffer.alloc(0)
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more])
    while (bytes.length >= 16 && bytes.length >= bytes.readInt32LE(0)) {
      const one = bytes.subarray(0, bytes.readInt32LE(0))
      bytes = bytes.subarray(one.length)
      heard(one.readInt32LE(4), commandIn(one))
    }
  })
}

function commandIn(bytes: Buffer): Command {
  const code = bytes.readInt32LE(12)
  // A greeting of old: flags, the name of a collection, two numbers.
  if (code === OP_QUERY) return documentAt(bytes, bytes.indexOf(0, 20) + 9)
  if (code !== OP_MSG) throw new Error(`a message of kind ${code}`)
  let command: Command = {}
  for (let at = 20; at < bytes.length; ) {
    const kind = bytes[at]
    const size = bytes.readInt32LE(at + 1)
    if (kind === 0) command = { ...documentAt(bytes, at + 1), ...command }
    else command = { ...command, ...listAt(bytes.subarray(at + 1, at + 1 + size)) }
    at += 1 + size
  }
  return command
}

function documentAt(bytes: Buffer, at: number): Command {
  return BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)))
}

/** A list of documents that stands beside the command, `documents` of an insert. */
function listAt(bytes: Buffer): Command {
  const end = bytes.indexOf(0, 4)
  const documents: Command[] = []
  for (let at = end + 1; at < bytes.length; at += bytes.readInt32LE(at)) documents.push(documentAt(bytes, at))
  return { [bytes.subarray(4, end).toString()]: documents }
}

function message(answerTo: number, document: Command): Buffer {
  const body = BSON.serialize(document)
  const head = Buffer.alloc(21)
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(answerTo, 8)
  head.writeInt32LE(OP_MSG, 12)
  return Buffer.concat([head, body])
}
