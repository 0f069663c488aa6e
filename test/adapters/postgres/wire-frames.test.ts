import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { tapRows } from '../../../adapters/database/postgres/wire-frames.ts'
import type { WireSocket } from '../../../adapters/database/postgres/wire-socket.ts'

function message(kind: string, body: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(kind), length, Buffer.from(body)])
}

/** What the server sends: descriptions, rows of several lengths, and what ends them. */
const SENT = Buffer.concat([
  message('T', 'columns'),
  message('D', 'first'),
  message('D', ''),
  message('N', 'a notice in between'),
  message('D', 'third'.repeat(20)),
  message('C', 'SELECT 3'),
  message('Z', 'I'),
])
const OTHERS = Buffer.concat([
  message('T', 'columns'),
  message('N', 'a notice in between'),
  message('C', 'SELECT 3'),
  message('Z', 'I'),
])

/** What the driver gets and what rows are taken, when the bytes come in pieces of this size; in memory of one piece, if it is used again. */
function passedIn(size: number, isTaking: boolean, isUsedAgain = false) {
  const stream = new PassThrough()
  const driver: Buffer[] = []
  // Who listens may keep what it gets.
  stream.on('data', (part: Buffer) => driver.push(part))
  const wire: WireSocket = { socket: new Socket(), take: undefined }
  const tap = tapRows(stream, isUsedAgain ? wire : undefined)
  const memory = Buffer.alloc(size)
  const receive = (piece: Buffer) => {
    if (isUsedAgain) wire.take?.(memory.subarray(0, piece.copy(memory)))
    else stream.emit('data', piece)
  }
  const rows: string[] = []
  if (isTaking)
    tap.take = (bytes, start) => {
      rows.push(bytes.toString('latin1', start, start - 4 + bytes.readInt32BE(start - 4)))
    }
  for (let at = 0; at < SENT.length; at += size) receive(SENT.subarray(at, at + size))
  return { driver: Buffer.concat(driver), rows }
}

const SIZES = [...Array.from({ length: 40 }, (_, at) => at + 1), SENT.length]

test.each(SIZES)('rows are taken off bytes in pieces of %i, and the driver gets the rest', (size) => {
  expect(passedIn(size, true)).toEqual({ driver: OTHERS, rows: ['first', '', 'third'.repeat(20)] })
})

test.each(SIZES)('the driver gets all bytes in pieces of %i where nobody takes rows', (size) => {
  expect(passedIn(size, false)).toEqual({ driver: SENT, rows: [] })
})

test.each(SIZES)('both where pieces of %i come in the same memory', (size) => {
  expect(passedIn(size, true, true)).toEqual({ driver: OTHERS, rows: ['first', '', 'third'.repeat(20)] })
  expect(passedIn(size, false, true)).toEqual({ driver: SENT, rows: [] })
})

test('rows are taken from the message on at which somebody begins', () => {
  const stream = new PassThrough()
  const driver: Buffer[] = []
  stream.on('data', (part: Buffer) => driver.push(Buffer.from(part)))
  const tap = tapRows(stream)
  const notice = message('N', 'one that comes in two pieces')
  const rows: number[] = []
  stream.emit('data', notice.subarray(0, 9))
  tap.take = (_, start) => {
    rows.push(start)
  }
  stream.emit('data', Buffer.concat([notice.subarray(9), message('D', 'row'), message('Z', 'I')]))
  expect(Buffer.concat(driver)).toEqual(Buffer.concat([notice, message('Z', 'I')]))
  expect(rows).toHaveLength(1)
})
