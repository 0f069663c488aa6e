import type { RowsAsJson } from '../../../src/core/database/query.ts'
import type { ResultColumn } from '../sql/connection.ts'
import type { JsonBytes } from '../sql/json-bytes.ts'
import type { RowLines } from '../sql/row-lines.ts'
import { executePacket, HEADER_BYTES } from './execute-packet.ts'
import type { Parameter } from './parameter.ts'
import { columnOf, type RowForm, rowForm, writeRow } from './row-form.ts'
import { readLength } from './wire-cell.ts'
import type { WireColumn } from './wire-column.ts'
import { type ServerPacket, sendCommand, type WireCommand, type WireDriver } from './wire-driver.ts'

/** A statement that the server has prepared. */
export interface Prepared {
  readonly id: number
  /** How its rows were written last. */
  form: RowForm | undefined
}

/** What a statement did: the text of an array of its rows, `[]` where it has none. */
export interface WireAnswer extends RowsAsJson {
  readonly affected: number
  /** The first number that an insert was given, 0 when there is none. */
  readonly insertId: bigint
}

export interface WireRequest {
  readonly sql: string
  readonly parameters: readonly Parameter[]
  readonly columns: readonly ResultColumn[]
  /** Absent: it is prepared first. */
  readonly prepared: Prepared | undefined
  /** Prepared statements to close before. */
  readonly forget: readonly Prepared[]
  readonly out: JsonBytes
  /** Absent: every row is in the text, and no lines are made. */
  readonly lines: RowLines | undefined
  /** Longest answer, in bytes. */
  readonly mostBytes: number
  /** Longest packet that the server takes, in bytes. */
  readonly mostSent: number
  readonly done: (answer: WireAnswer, prepared: Prepared) => void
  readonly failed: (error: unknown, prepared: Prepared | undefined) => void
  /** There is more than may be: the connection must be closed. */
  readonly tooLarge: () => void
}

/** What the next packet of the server is. */
type Step = 'prepared' | 'described' | 'header' | 'column' | 'columns end' | 'row' | 'over'

/**
 * One statement in the binary protocol (dev.mysql.com/doc/dev/mysql-server, Prepared Statements). In place of the driver's own
 * command: rows become JSON byte by byte, and no value is an object in between.
 */
export class WireStatement implements WireCommand {
  readonly #request: WireRequest
  #prepared: Prepared | undefined
  #step: Step = 'header'
  /** Packets of a kind that are still to come. */
  #left = 0
  readonly #wire: WireColumn[] = []
  #form: RowForm | undefined
  #count = 0
  #bytes = 0

  constructor(request: WireRequest) {
    this.#request = request
    this.#prepared = request.prepared
  }

  onResult(error: unknown): void {
    this.#step = 'over'
    this.#request.failed(error, this.#prepared)
  }

  execute(packet: ServerPacket | undefined, wire: WireDriver): boolean {
    if (packet === undefined) return this.#start(wire)
    if (packet.isError()) {
      this.onResult(packet.asError(wire.clientEncoding))
      return true
    }
    this.#take(packet, wire)
    return this.#step === 'over'
  }

  #start(wire: WireDriver): boolean {
    const { forget, sql } = this.#request
    for (const { id } of forget) sendCommand(wire, closePacket(id))
    if (this.#prepared) this.#send(wire, this.#prepared)
    else {
      this.#step = 'prepared'
      sendCommand(wire, preparePacket(sql))
    }
    return this.#step === 'over'
  }

  /** A packet that is too long would cost the connection, in the middle of it. */
  #send(wire: WireDriver, { id }: Prepared): void {
    const packet = executePacket(id, this.#request.parameters)
    if (packet.length > this.#request.mostSent) {
      this.onResult(Object.assign(new Error('The packet is too long.'), { errno: PACKET_TOO_LARGE }))
      return
    }
    this.#step = 'header'
    sendCommand(wire, packet)
  }

  #take(packet: ServerPacket, wire: WireDriver): void {
    switch (this.#step) {
      case 'prepared':
        this.#takePrepared(packet, wire)
        break
      case 'described':
        if (--this.#left === 0 && this.#prepared) this.#send(wire, this.#prepared)
        break
      case 'header':
        this.#takeHeader(packet)
        break
      case 'column':
        this.#wire.push(columnOf(packet))
        if (--this.#left === 0) this.#step = 'columns end'
        break
      case 'columns end':
        this.#begin()
        break
      case 'row':
        this.#takeRow(packet)
        break
      case 'over':
        break
    }
  }

  /** Its parameters and columns are described next, each list with a packet at its end: nothing of it is needed. */
  #takePrepared({ buffer, offset }: ServerPacket, wire: WireDriver): void {
    const prepared: Prepared = { id: buffer.readUInt32LE(offset + 1), form: undefined }
    const columns = buffer.readUInt16LE(offset + 5)
    const parameters = buffer.readUInt16LE(offset + 7)
    this.#prepared = prepared
    this.#left = (columns > 0 ? columns + 1 : 0) + (parameters > 0 ? parameters + 1 : 0)
    this.#step = 'described'
    if (this.#left === 0) this.#send(wire, prepared)
  }

  #takeHeader({ buffer, offset }: ServerPacket): void {
    const head = { bytes: buffer, at: offset }
    if (buffer[offset] !== OK) {
      this.#left = readLength(head)
      this.#step = 'column'
      return
    }
    head.at++
    const affected = readLength(head)
    const insertId = readWide(head)
    this.#finish({ json: '[]', count: 0, affected, insertId })
  }

  /** The columns are described at every execution. Mostly they are those of the last one. */
  #begin(): void {
    const { columns, out } = this.#request
    this.#form = rowForm(columns, this.#wire, this.#prepared?.form)
    if (this.#prepared) this.#prepared.form = this.#form
    out.start()
    out.byte(OPEN)
    this.#step = 'row'
  }

  #takeRow(packet: ServerPacket): void {
    const { buffer, offset, end } = packet
    const { out, lines, mostBytes, tooLarge } = this.#request
    if (buffer[offset] === END && end - offset < END_BYTES) {
      out.byte(CLOSE)
      const count = this.#count
      this.#finish({ json: out.text(), count, ...lines?.result(count), affected: count, insertId: 0n })
      return
    }
    this.#bytes += end - offset
    if (this.#bytes > mostBytes) {
      this.#step = 'over'
      tooLarge()
      return
    }
    this.#count++
    if (lines && this.#count > lines.wanted) return
    if (this.#count > 1) out.byte(COMMA)
    if (this.#form) writeRow(this.#form, packet, out, lines)
  }

  #finish(answer: WireAnswer): void {
    this.#step = 'over'
    if (this.#prepared) this.#request.done(answer, this.#prepared)
  }
}

/** ER_NET_PACKET_TOO_LARGE */
const PACKET_TOO_LARGE = 1153
const OK = 0x00
const END = 0xfe
/** A value can begin with the same byte, but then it is long. */
const END_BYTES = 9
const [OPEN, CLOSE, COMMA] = [0x5b, 0x5d, 0x2c]

/** A number of up to 64 bits as the protocol shortens it. */
function readWide(head: { readonly bytes: Buffer; at: number }): bigint {
  if (head.bytes[head.at] !== 0xfe) return BigInt(readLength(head))
  return head.bytes.readBigUInt64LE(head.at + 1)
}

const COM_STMT_PREPARE = 0x16
const COM_STMT_CLOSE = 0x19

function preparePacket(sql: string): Buffer {
  const packet = Buffer.allocUnsafe(HEADER_BYTES + 1 + Buffer.byteLength(sql))
  packet[HEADER_BYTES] = COM_STMT_PREPARE
  packet.write(sql, HEADER_BYTES + 1)
  return packet
}

function closePacket(id: number): Buffer {
  const packet = Buffer.allocUnsafe(HEADER_BYTES + 5)
  packet[HEADER_BYTES] = COM_STMT_CLOSE
  packet.writeUInt32LE(id, HEADER_BYTES + 1)
  return packet
}
