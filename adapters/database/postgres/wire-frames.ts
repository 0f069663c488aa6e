import type { Duplex } from 'node:stream'
import type { WireSocket } from './wire-socket.ts'

/** Takes rows off the way from the server to the driver. */
export interface RowTap {
  /** Called with each row while it is set: the bytes, and where in them the message's body begins. */
  take: ((bytes: Buffer, start: number) => void) | undefined
  /** While rows are taken: nor is the driver told that a statement was bound, or completed. */
  isQuiet: boolean
}

/** Every message has its kind in the first byte, and its length, without that byte, in the next four. */
const HEAD_BYTES = 5
const DATA_ROW = 0x44
const BIND_COMPLETE = 0x32
const COMMAND_COMPLETE = 0x43

/**
 * Stands before the driver on a connection that is open (postgresql.org/docs/current/protocol-message-formats.html). The driver
 * makes an object of every row and a text of every value; rows that are taken here never come to it. `wire`: what the stream reads with, unless it is encrypted.
 */
export function tapRows(stream: Duplex, wire?: WireSocket): RowTap {
  const toDriver = stream.listeners('data')
  const tap: RowTap = { take: undefined, isQuiet: false }
  /** Bytes to come of a message whose beginning the driver has. */
  let owed = 0
  /** The beginning of a message, until `wanted` bytes of it are there. */
  let kept: Buffer[] = []
  let keptBytes = 0
  let wanted = 0

  /** The driver keeps the beginning of a message, too. */
  function lasting(bytes: Buffer): Buffer {
    return wire ? Buffer.from(bytes) : bytes
  }

  function pass(bytes: Buffer, from: number, to: number): void {
    if (from === to) return
    const part = lasting(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to))
    for (const driver of toDriver) Reflect.apply(driver, stream, [part])
  }

  function keep(part: Buffer, least: number): void {
    kept = [lasting(part)]
    keptBytes = part.length
    wanted = least
  }

  function whole(chunk: Buffer): Buffer | undefined {
    if (keptBytes === 0) return chunk
    kept.push(lasting(chunk))
    keptBytes += chunk.length
    if (keptBytes < wanted) return undefined
    const bytes = Buffer.concat(kept, keptBytes)
    kept = []
    keptBytes = 0
    return bytes
  }

  function walk(bytes: Buffer): void {
    let from = 0
    let at = Math.min(owed, bytes.length)
    owed -= at
    while (at < bytes.length) {
      const end = at + HEAD_BYTES <= bytes.length ? at + 1 + bytes.readInt32BE(at + 1) : undefined
      const kind = bytes[at]
      const isRow = kind === DATA_ROW
      const isTaken =
        tap.take !== undefined &&
        (isRow || (tap.isQuiet && (kind === BIND_COMPLETE || kind === COMMAND_COMPLETE)))
      if (end === undefined || (isTaken && end > bytes.length)) {
        pass(bytes, from, at)
        keep(bytes.subarray(at), end === undefined ? HEAD_BYTES : end - at)
        return
      }
      if (isTaken) {
        pass(bytes, from, at)
        if (isRow) tap.take?.(bytes, at + HEAD_BYTES)
        from = end
      }
      owed = Math.max(0, end - bytes.length)
      at = Math.min(end, bytes.length)
    }
    pass(bytes, from, bytes.length)
  }

  const receive = (chunk: Buffer) => {
    const bytes = whole(chunk)
    if (bytes) walk(bytes)
  }
  if (wire) wire.take = receive
  else stream.removeAllListeners('data').on('data', receive)
  return tap
}
