import type { Parameter } from './bind-value.ts'

/** A prepared statement by its name, and its parameters. */
export interface Bound {
  readonly name: string
  readonly parameters: readonly Parameter[]
}

/**
 * Bind and Execute of prepared statements and one Sync, in one piece (postgresql.org/docs/current/protocol-message-formats.html):
 * in many they would be writes that the stream puts together. Undefined for bytes among the parameters: they have a format of their own.
 */
export function boundMessages(statements: readonly Bound[]): Buffer | undefined {
  let total = SYNC.length
  for (const { name, parameters } of statements) {
    const length = bodyLength(name, parameters)
    if (length === undefined) return undefined
    total += 1 + length + EXECUTE.length
  }
  const bytes = Buffer.allocUnsafe(total)
  let at = 0
  for (const statement of statements) at = writeBind(bytes, at, statement)
  SYNC.copy(bytes, at)
  return bytes
}

/** Of Bind, without its first byte. */
function bodyLength(name: string, parameters: Bound['parameters']): number | undefined {
  let length = name.length + FIXED_BYTES
  for (const parameter of parameters) {
    if (parameter !== null && typeof parameter !== 'string') return undefined
    length += LENGTH_BYTES + (parameter === null ? 0 : Buffer.byteLength(parameter))
  }
  return length
}

/** With Execute after it; the end of both. */
function writeBind(bytes: Buffer, start: number, { name, parameters }: Bound): number {
  bytes[start] = BIND
  let at = start + 1 + LENGTH_BYTES
  // The portal has no name.
  bytes[at++] = 0
  at += bytes.write(name, at, 'latin1')
  bytes[at++] = 0
  // No formats: all parameters are texts.
  at = bytes.writeInt16BE(0, at)
  at = bytes.writeUInt16BE(parameters.length, at)
  for (const parameter of parameters) {
    const from = at + LENGTH_BYTES
    const end = typeof parameter === 'string' ? from + bytes.write(parameter, from) : from
    bytes.writeInt32BE(parameter === null ? NULL_LENGTH : end - from, at)
    at = end
  }
  // And all results.
  at = bytes.writeInt16BE(0, at)
  bytes.writeInt32BE(at - start - 1, start + 1)
  return at + EXECUTE.copy(bytes, at)
}

const BIND = 0x42
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
/** The length itself, the ends of two names, two counts of formats and one of parameters. */
const FIXED_BYTES = LENGTH_BYTES + 2 + 6
/** Of the unnamed portal, of all its rows. */
const EXECUTE = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0])
const SYNC = Buffer.from([0x53, 0, 0, 0, 4])
