import type { Connection as DriverConnection } from 'mysql2'

/** A packet of the server as the driver hands it over; it is the driver's again afterwards. */
export interface ServerPacket {
  readonly buffer: Buffer
  /** Where its content begins. */
  readonly offset: number
  readonly end: number
  isError(): boolean
  asError(encoding: string): Error
}

/** One command in the driver's queue. */
export interface WireCommand {
  /** Called once without a packet, when it is the command's turn, and then with each packet; true when it is over. */
  execute(packet: ServerPacket | undefined, wire: WireDriver): boolean
  /** The connection was lost. */
  onResult(error: unknown): void
}

interface ClientPacket {
  readonly buffer: Buffer
  /** Of its content. */
  length(): number
  writeHeader(sequenceId: number): void
}

/**
 * The queue of the driver's connection, which runs its own commands and others in turn. It is what the driver itself is made
 * of, not part of its types: test/adapters/mysql tells when a version of it no longer has this form.
 */
export interface WireDriver {
  readonly clientEncoding: string
  addCommand(command: WireCommand): unknown
  writePacket(packet: ClientPacket): void
  _resetSequenceId(): void
}

export function wireOf(connection: DriverConnection): WireDriver {
  // At the driver's edge: see above.
  return connection as unknown as WireDriver
}

/** Sends a command, which begins behind the four bytes of the header. */
export function sendCommand(wire: WireDriver, buffer: Buffer): void {
  wire._resetSequenceId()
  const length = buffer.length - 4
  wire.writePacket({
    buffer,
    length: () => length,
    writeHeader(sequenceId) {
      buffer.writeUIntLE(length, 0, 3)
      buffer[3] = sequenceId
    },
  })
}
