import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createSecureContext, TLSSocket } from 'node:tls'

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

/**
 * TLS as the protocol has it: the handshake inside of packets of the first kind, and from then on around all of them (MS-TDS §2.2.6.5).
 * The client speaks in packets for as long as it shakes hands.
 */
export function secured(socket: Socket, identity: Identity): TLSSocket {
  let isWrapped = true
  let told: Buffer[] = []
  let heard = Buffer.alloc(0)
  const tell = () => {
    const body = Buffer.concat(told)
    told = []
    if (body.length > 0) socket.write(wrapped(body))
  }
  const wire = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      if (!isWrapped) return void socket.write(chunk, () => done())
      // One answer to each message, however many pieces it comes in.
      if (told.length === 0) setImmediate(tell)
      told.push(chunk)
      done()
    },
    final: (done) => {
      socket.end()
      done()
    },
  })
  socket.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk])
    while (heard.length > 0) {
      if (!isWrapped || heard[0] !== PRELOGIN) {
        isWrapped = false
        wire.push(heard)
        heard = Buffer.alloc(0)
        return
      }
      if (heard.length < 8 || heard.length < heard.readUInt16BE(2)) return
      const length = heard.readUInt16BE(2)
      wire.push(heard.subarray(8, length))
      heard = heard.subarray(length)
    }
  })
  socket.on('close', () => wire.push(null))
  const secure = new TLSSocket(wire, { isServer: true, secureContext: createSecureContext({ ...identity }) })
  secure.on('error', () => socket.destroy())
  return secure
}

const PRELOGIN = 0x12

function wrapped(body: Buffer): Buffer {
  const header = Buffer.from([PRELOGIN, 1, 0, 0, 0, 0, 1, 0])
  header.writeUInt16BE(body.length + 8, 2)
  return Buffer.concat([header, body])
}
