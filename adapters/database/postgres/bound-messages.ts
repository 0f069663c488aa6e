import type { Parameter } from './bind-value.ts'

/**
 * Bind, Execute and Sync of a prepared statement in one piece (postgresql.org/docs/current/protocol-message-formats.html): in three
 * they would be three writes that the stream puts together. Undefined for bytes among the parameters: they have a format of their own.
 */
export function boundMessages(statement: string, parameters: readonly Parameter[]): Buffer | undefined {
  const lengths: number[] = []
  let bodyBytes = statement.length + FIXED_BYTES
  for (const parameter of parameters) {
    if (parameter !== null && typeof parameter !== 'string') return undefined
    const length = parameter === null ? NULL_LENGTH : Buffer.byteLength(parameter)
    lengths.push(length)
    bodyBytes += LENGTH_BYTES + Math.max(0, length)
  }
  const bytes = Buffer.allocUnsafe(1 + bodyBytes + REST.length)
  bytes[0] = BIND
  let at = bytes.writeInt32BE(bodyBytes, 1)
  // The portal has no name.
  bytes[at++] = 0
  at += bytes.write(statement, at, 'latin1')
  bytes[at++] = 0
  // No formats: all parameters are texts.
  at = bytes.writeInt16BE(0, at)
  at = bytes.writeUInt16BE(parameters.length, at)
  for (const [index, parameter] of parameters.entries()) {
    at = bytes.writeInt32BE(lengths[index] ?? NULL_LENGTH, at)
    if (parameter !== null) at += bytes.write(String(parameter), at)
  }
  // And all results.
  at = bytes.writeInt16BE(0, at)
  REST.copy(bytes, at)
  return bytes
}

const BIND = 0x42
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
/** The length itself, the ends of two names, two counts of formats and one of parameters. */
const FIXED_BYTES = LENGTH_BYTES + 2 + 6
/** Execute of the unnamed portal, of all its rows; Sync. */
const REST = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4])
