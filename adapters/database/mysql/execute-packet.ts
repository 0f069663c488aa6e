import type { Parameter } from './parameter.ts'

/**
 * COM_STMT_EXECUTE with its values, each typed as the server will see it: comparing a column with a value of another type would
 * have the server convert the column. Behind four bytes that are left for the header of the packet.
 */
export function executePacket(statementId: number, parameters: readonly Parameter[]): Buffer {
  const count = parameters.length
  const fixed = HEADER_BYTES + FRONT_BYTES + (count === 0 ? 0 : ((count + 7) >> 3) + 1 + count * 2)
  const packet = Buffer.allocUnsafe(fixed + bytesOf(parameters))
  packet[HEADER_BYTES] = COM_STMT_EXECUTE
  packet.writeUInt32LE(statementId, HEADER_BYTES + 1)
  packet[HEADER_BYTES + 5] = NO_CURSOR
  packet.writeUInt32LE(1, HEADER_BYTES + 6) // iterations
  if (count === 0) return packet
  const nulls = HEADER_BYTES + FRONT_BYTES
  let types = nulls + ((count + 7) >> 3)
  packet.fill(0, nulls, types)
  packet[types++] = 1 // types follow
  let at = fixed
  for (let index = 0; index < count; index++) {
    const parameter = parameters[index] ?? null
    packet[types++] = typeOf(parameter)
    packet[types++] = typeof parameter === 'bigint' && parameter > MAX_SIGNED ? UNSIGNED : 0
    if (parameter === null)
      packet[nulls + (index >> 3)] = (packet[nulls + (index >> 3)] ?? 0) | (1 << (index & 7))
    else at = writeValue(packet, at, parameter)
  }
  return packet.subarray(0, at)
}

export const HEADER_BYTES = 4
const COM_STMT_EXECUTE = 0x17
const NO_CURSOR = 0
/** Command, statement, flags, iterations. */
const FRONT_BYTES = 10
const UNSIGNED = 0x80
const MAX_SIGNED = 2n ** 63n - 1n

/** dev.mysql.com/doc/dev/mysql-server, enum_field_types */
const TYPES = { double: 5, null: 6, longlong: 8, newdecimal: 246, blob: 252, varString: 253 } as const

function typeOf(parameter: Parameter): number {
  switch (typeof parameter) {
    case 'bigint':
      return TYPES.longlong
    case 'number':
      return TYPES.double
    case 'string':
      return TYPES.varString
    default:
      if (parameter === null) return TYPES.null
      return parameter instanceof Uint8Array ? TYPES.blob : TYPES.newdecimal
  }
}

/** At most: three bytes for a unit of UTF-16, and nine for a length. */
function bytesOf(parameters: readonly Parameter[]): number {
  let bytes = 0
  for (const parameter of parameters) {
    if (typeof parameter === 'string') bytes += LENGTH_BYTES + mostBytes(parameter)
    else if (typeof parameter !== 'object' || parameter === null) bytes += 8
    else
      bytes += LENGTH_BYTES + (parameter instanceof Uint8Array ? parameter.length : parameter.decimal.length)
  }
  return bytes
}

const LENGTH_BYTES = 9
/** Of a longer text the bytes are counted. */
const SHORT = 1000

function mostBytes(text: string): number {
  return text.length > SHORT ? Buffer.byteLength(text) : text.length * 3
}

/** Returns where the next value goes. */
function writeValue(packet: Buffer, at: number, value: Exclude<Parameter, null>): number {
  switch (typeof value) {
    case 'bigint':
      return value > MAX_SIGNED ? packet.writeBigUInt64LE(value, at) : packet.writeBigInt64LE(value, at)
    case 'number':
      return packet.writeDoubleLE(value, at)
    case 'string':
      return writeText(packet, at, value)
    default:
      if (!(value instanceof Uint8Array)) return writeText(packet, at, value.decimal)
      packet.set(value, writeLength(packet, at, value.length))
      return at + lengthBytes(value.length) + value.length
  }
}

function writeText(packet: Buffer, at: number, text: string): number {
  if (text.length > MOST_IN_A_BYTE / 3) {
    const length = Buffer.byteLength(text)
    return writeLength(packet, at, length) + packet.write(text, writeLength(packet, at, length))
  }
  const length = packet.write(text, at + 1)
  packet[at] = length
  return at + 1 + length
}

const MOST_IN_A_BYTE = 250

function lengthBytes(length: number): number {
  return length <= MOST_IN_A_BYTE ? 1 : length < 2 ** 16 ? 3 : length < 2 ** 24 ? 4 : 9
}

/** Returns where what is so long begins. */
function writeLength(packet: Buffer, at: number, length: number): number {
  switch (lengthBytes(length)) {
    case 1:
      return packet.writeUInt8(length, at)
    case 3:
      return packet.writeUIntLE(length, packet.writeUInt8(0xfc, at), 2)
    case 4:
      return packet.writeUIntLE(length, packet.writeUInt8(0xfd, at), 3)
    default:
      return packet.writeBigUInt64LE(BigInt(length), packet.writeUInt8(0xfe, at))
  }
}
