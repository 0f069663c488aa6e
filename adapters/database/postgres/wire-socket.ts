import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** A connection without encryption whose bytes come in memory that is used again. */
export interface WireSocket {
  readonly socket: Socket
  /** Gets the bytes in place of the listeners for `data`, who get copies. They are others as soon as it returns. */
  take: ((bytes: Buffer) => void) | undefined
}

/** Of one read of a socket, as Node has it. */
const READ_BYTES = 64 * 1024

/** Sockets that read into the same memory, one after the other: memory for each read would be 64 kB to live as long as a short statement. */
export function createWireSockets(): () => WireSocket {
  const memory = Buffer.allocUnsafeSlow(READ_BYTES)
  return () => {
    const read = (size: number) => {
      const bytes = memory.subarray(0, size)
      if (wire.take) wire.take(bytes)
      else wire.socket.emit('data', Buffer.from(bytes))
      return true
    }
    const options: SocketConstructorOpts & ConnectOpts = { onread: { buffer: memory, callback: read } }
    const wire: WireSocket = { socket: new Socket(options), take: undefined }
    return wire
  }
}
