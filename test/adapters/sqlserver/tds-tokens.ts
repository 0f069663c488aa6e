/** Messages of a server, token by token (MS-TDS §2.2.6.4 and §2.2.7). */

/** A message in packets. */
export function* packetsOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at === 0 || at < body.length; at += MOST_BYTES)
    yield packet(body.subarray(at, at + MOST_BYTES), at + MOST_BYTES >= body.length ? 1 : 0)
}

const MOST_BYTES = 32_000

/** `status` 1: the last one of its message. */
export function packet(body: Buffer, status = 1): Buffer {
  const header = Buffer.from([0x04, status, 0, 0, 0, 0, 1, 0])
  header.writeUInt16BE(body.length + 8, 2)
  return Buffer.concat([header, body])
}

export const ENCRYPTED = 1
export const NOT_ENCRYPTED = 2

/** A version, and whether there is encryption. */
export function preloginAnswer(encryption: number): Buffer {
  return Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption])
}

const LOGIN_ACK = token(
  0xad,
  Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), short('double'), Buffer.alloc(4)]),
)

export const ACKNOWLEDGED = Buffer.concat([LOGIN_ACK, done()])

export const FAILED = 0x02
/** The server has stopped, as it was told to. */
export const STOPPED = 0x20

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

export function token(type: number, body: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0])
  head.writeUInt16LE(body.length, 1)
  return Buffer.concat([head, body])
}

function short(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'ucs2')])
}
