import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  described,
  ending,
  implicitResults,
  isLarge,
  lobData,
  NO_MORE_ROWS,
  type OutValue,
  outValues,
  returned,
  row,
  rowHeader,
  status,
  type TnsRows,
  told,
} from './answers.ts'
import { readExecute } from './read-execute.ts'
import { SignIn, VERIFIER_11G } from './sign-in.ts'
import { Reader, Writer } from './wire.ts'

/** What a statement of the tests answers. */
export type TnsAnswer =
  | TnsRows
  | { readonly error: string }
  /** `returned` has a list of values for each place, for each execution. */
  | { readonly affected: number; readonly returned?: readonly (readonly (readonly (string | null)[])[])[] }
  | { readonly out: readonly (string | null | undefined | TnsRows)[]; readonly sets?: readonly TnsRows[] }
  /** Nothing until it is broken, or until the connection ends. */
  | 'waits'
  /** The connection is cut. */
  | 'cut'

/** By the text of a statement, or the name of an order: `commit`, `rollback`, `ping`, `logoff`, `break`. */
export type TnsAnswers = (sql: string, session: number) => TnsAnswer | undefined

interface TnsOptions {
  readonly version?: string
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
}

/** What came to the server, in order: statements, and the other orders by their names. */
export interface TnsServer {
  readonly port: number
  readonly seen: string[]
  /** Descriptors that clients sent. */
  readonly descriptors: string[]
  readonly sessions: () => number
  /** Ends all sessions, and takes no others until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
}

export const TNS_PASSWORD = 'secret'

/**
 * A server that speaks Oracle Net and the two-task protocol of 12.1 as far as the driver needs it: signing in, statements, rows in parts,
 * what writes and blocks give back, breaks. There is no database behind it: what it answers are the tests' own words.
 */
export async function startTns(
  answers: TnsAnswers,
  { version = '23.4', tls }: TnsOptions = {},
): Promise<TnsServer> {
  const seen: string[] = []
  const descriptors: string[] = []
  const sockets = new Set<Socket>()
  let count = 0
  let server: Server | undefined
  let port = 0
  const start = () =>
    new Promise<void>((resolve, reject) => {
      const take = (socket: Socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket)).on('error', () => {})
        new Session(socket, { answers, seen, descriptors, version, number: ++count })
      }
      server = tls ? createTlsServer(tls, take) : createServer(take)
      server
        .on('tlsClientError', () => {})
        .once('error', reject)
        .listen(port, '127.0.0.1', () => {
          const address = server?.address()
          port = typeof address === 'object' && address ? address.port : port
          resolve()
        })
    })
  await start()
  return {
    port,
    seen,
    descriptors,
    sessions: () => sockets.size,
    start,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server?.close(resolve))
    },
  }
}

interface SessionParts {
  readonly answers: TnsAnswers
  readonly seen: string[]
  readonly descriptors: string[]
  readonly version: string
  readonly number: number
}

interface Cursor {
  readonly sql: string
  readonly columns: TnsRows['columns']
  rest: Iterator<readonly (string | null)[]>
}

/** Types of packets and orders: node-oracledb, lib/thin/protocol/constants.js. */
const [CONNECT, ACCEPT, DATA, MARKER] = [1, 2, 6, 12]
const ORDERS: Readonly<Record<number, string>> = { 14: 'commit', 15: 'rollback', 147: 'ping', 9: 'logoff' }
const [RESET, BREAK] = [2, 1]
const PIGGYBACK = 17
/** In a locator, behind what the driver looks at. */
const [MARK, MARK_AT] = ['LOB#', 20]
/** The types are as the client has them; the database is in UTC. */
const DATA_TYPES = Buffer.from([2, 0, 0, 0, 0, 60, 60, 0, 0, 0, 0, 0, 0, 0])

class Session {
  readonly #socket: Socket
  readonly #parts: SessionParts
  readonly #signIn = new SignIn(TNS_PASSWORD)
  readonly #cursors = new Map<number, Cursor>()
  readonly #objects: Buffer[] = []
  #received = Buffer.alloc(0)
  #message: Buffer[] = []
  #isAccepted = false

  constructor(socket: Socket, parts: SessionParts) {
    this.#socket = socket
    this.#parts = parts
    socket.on('data', (chunk) => this.#receive(chunk))
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const size = this.#isAccepted ? sizeOf(this.#received) : shortSizeOf(this.#received)
      if (size === undefined || this.#received.length < size) return
      const packet = this.#received.subarray(0, size)
      this.#received = this.#received.subarray(size)
      this.#packet(packet)
    }
  }

  #packet(packet: Buffer): void {
    const type = packet[4]
    if (!this.#isAccepted) this.#connect(packet, type)
    else if (type === MARKER) this.#marker(packet[10])
    else if (type === DATA) this.#data(packet.subarray(10))
  }

  /** The descriptor stands in the packet, or in one of its own when it is long. */
  #connect(packet: Buffer, type: number | undefined): void {
    const isApart = type === CONNECT && packet.length < packet.readUInt16BE(26) + packet.readUInt16BE(24)
    if (isApart) return
    const from = type === CONNECT ? packet.readUInt16BE(26) : 10
    this.#parts.descriptors.push(packet.toString('ascii', from))
    const accept = Buffer.alloc(45)
    accept.writeUInt16BE(accept.length, 0)
    accept.writeUInt8(ACCEPT, 4)
    accept.writeUInt16BE(318, 8)
    accept.writeUInt8(0x08, 23) // no services of the network beside
    accept.writeUInt32BE(8192, 32)
    accept.writeUInt32BE(65_535, 36)
    this.#socket.write(accept)
    this.#isAccepted = true
  }

  #marker(kind: number | undefined): void {
    if (this.#parts.answers('break', this.#parts.number) === 'waits') return
    this.#send(MARKER, Buffer.from([1, 0, kind === RESET ? RESET : BREAK]))
    this.#parts.seen.push(kind === RESET ? 'reset' : 'break')
    if (kind === RESET) this.#fail('ORA-01013: user requested cancel of current operation')
  }

  #data(body: Buffer): void {
    this.#message.push(body)
    // A message that fills its packet to the end goes on in the next.
    if (body.length + 10 >= 8192) return
    const message = Buffer.concat(this.#message)
    this.#message = []
    if (message.length > 0) this.#answer(new Reader(message), message)
  }

  #answer(reader: Reader, message: Buffer): void {
    const kind = reader.byte()
    if (kind === 1) this.#reply(protocol())
    else if (kind === 2) this.#reply(DATA_TYPES)
    else this.#function(kind, reader, message)
  }

  #function(kind: number, reader: Reader, message: Buffer): void {
    const order = reader.byte()
    reader.skip(1)
    switch (kind === PIGGYBACK ? PIGGYBACK : order) {
      case PIGGYBACK:
        // Cursors that are closed, before what is ordered.
        reader.skip(1)
        reader.skipNumbers(reader.number())
        this.#function(reader.byte(), reader, message)
        break
      case 118:
        this.#reply(told(this.#signIn.challenge, { AUTH_VFR_DATA: VERIFIER_11G }))
        break
      case 115:
        this.#welcome(message)
        break
      case 94:
        this.#execute(reader)
        break
      case 96:
        this.#read(message)
        break
      case 4:
      case 78:
        this.#run(this.#cursors.get(reader.number())?.sql ?? '', reader.number())
        break
      case 5:
        this.#more(reader.number(), reader.number())
        break
      default:
        this.#order(ORDERS[order] ?? `order ${order}`)
    }
  }

  #order(name: string): void {
    this.#parts.seen.push(name)
    const answer = this.#parts.answers(name, this.#parts.number)
    if (answer === 'waits') return
    if (answer === 'cut') {
      this.#socket.destroy()
      return
    }
    this.#reply(status())
    if (name === 'logoff') this.#socket.end()
  }

  #welcome(message: Buffer): void {
    const proof = this.#signIn.answer(message)
    const [major = 0, minor = 0] = this.#parts.version.split('.').map(Number)
    if (proof === undefined) this.#fail('ORA-01017: invalid username/password; logon denied')
    else
      this.#reply(
        told({
          AUTH_SVR_RESPONSE: proof,
          AUTH_VERSION_NO: String(major * 2 ** 24 + minor * 2 ** 20),
          AUTH_SESSION_ID: String(this.#parts.number),
          AUTH_SERIAL_NUM: '1',
        }),
      )
  }

  #execute(reader: Reader): void {
    const { cursor, sql, rows } = readExecute(reader)
    if (sql === undefined) this.#more(cursor, rows)
    else this.#run(sql, rows)
  }

  #run(sql: string, rows: number): void {
    this.#parts.seen.push(sql)
    const answer = this.#parts.answers(sql, this.#parts.number) ?? { affected: 0 }
    if (answer === 'waits') return
    if (answer === 'cut') this.#socket.destroy()
    else if ('error' in answer) this.#fail(answer.error)
    else if ('columns' in answer) this.#open(sql, answer, rows)
    else if ('out' in answer) this.#block(answer)
    else
      this.#reply(
        Buffer.concat([...(answer.returned ?? []).map(returned), ending({ affected: answer.affected })]),
      )
  }

  #open(sql: string, answer: TnsRows, rows: number): void {
    const number = this.#keep(answer, sql)
    // Rows with large objects wait until the client has said how it takes them.
    const wanted = answer.columns.some(isLarge) ? 0 : rows
    this.#reply(Buffer.concat([described(answer.columns), ...this.#part(number, wanted)]))
  }

  #block({ out, sets = [] }: Extract<TnsAnswer, { readonly out: unknown }>): void {
    const kept = (rows: TnsRows) => ({ cursor: this.#keep(rows, ''), columns: rows.columns })
    const values = out.map((value): OutValue | undefined =>
      typeof value === 'object' && value !== null ? kept(value) : value,
    )
    const parts = [
      ...(values.length > 0 ? [outValues(values)] : []),
      ...(sets.length > 0 ? [implicitResults(sets.map(kept))] : []),
    ]
    this.#reply(Buffer.concat([...parts, ending({})]))
  }

  #keep({ columns, rows }: TnsRows, sql: string): number {
    const number = this.#cursors.size + 1
    this.#cursors.set(number, { sql, columns, rest: rows[Symbol.iterator]() })
    return number
  }

  #more(cursor: number, rows: number): void {
    this.#parts.seen.push(`fetch ${rows}`)
    this.#reply(Buffer.concat(this.#part(cursor, rows)))
  }

  #part(number: number, rows: number): Buffer[] {
    const cursor = this.#cursors.get(number)
    if (!cursor) return [ending({ number: 1001, message: 'ORA-01001: invalid cursor' })]
    const parts = [rowHeader()]
    for (let each = 0; each < rows; each++) {
      const { done, value } = cursor.rest.next()
      if (done) return [...parts, ending({ cursor: number, affected: each, ...NO_MORE_ROWS })]
      parts.push(row(cursor.columns, value, (object) => this.#locator(object)))
    }
    return [...parts, ending({ cursor: number, affected: rows })]
  }

  #locator(object: Buffer): Buffer {
    const locator = Buffer.alloc(40)
    locator.write(MARK, MARK_AT)
    locator.writeUInt32BE(this.#objects.push(object), MARK_AT + MARK.length)
    return locator
  }

  /** node-oracledb, lib/thin/protocol/messages/lobOp.js: what is read is read whole here. */
  #read(message: Buffer): void {
    this.#parts.seen.push('read a large object')
    const at = message.indexOf(MARK) - MARK_AT
    const locator = message.subarray(at, at + 40)
    const number = locator.readUInt32BE(MARK_AT + MARK.length)
    this.#reply(lobData(this.#objects[number - 1] ?? Buffer.alloc(0), locator))
  }

  #fail(message: string): void {
    this.#reply(ending({ number: Number(/ORA-(\d+)/.exec(message)?.[1] ?? 600), message }))
  }

  #reply(body: Buffer): void {
    for (let from = 0; from < body.length; from += MOST_BODY)
      this.#send(DATA, Buffer.concat([Buffer.alloc(2), body.subarray(from, from + MOST_BODY)]))
  }

  #send(type: number, body: Buffer): void {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(head.length + body.length, 0)
    head.writeUInt8(type, 4)
    this.#socket.write(Buffer.concat([head, body]))
  }
}

const MOST_BODY = 8000

function sizeOf(received: Buffer): number | undefined {
  return received.length < 8 ? undefined : received.readUInt32BE(0)
}

function shortSizeOf(received: Buffer): number | undefined {
  return received.length < 8 ? undefined : received.readUInt16BE(0)
}

/** The protocol of 12.1, its texts in UTF-8 (873) and UTF-16 (2000). */
function protocol(): Buffer {
  const abilities = Buffer.alloc(41)
  abilities[7] = 7
  const sets = Buffer.alloc(11)
  sets.writeUInt16BE(2000, 9)
  return new Writer()
    .bytes(1, 6, 0)
    .raw(Buffer.from('Double\0'))
    .bytes(0x69, 0x03, 1, 0, 0, 0, sets.length)
    .raw(sets)
    .sized(abilities)
    .sized(Buffer.from([2, 1, 0, 0, 0, 0, 4]))
    .done()
}
