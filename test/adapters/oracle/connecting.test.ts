import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { oracle } from '../../../adapters/database/oracle/service-type.ts'

const context = { baseDir: '.', statementTimeoutMs: 20_000 }
const open = new Set<Server>()
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all([...open].map((server) => new Promise((resolve) => server.close(resolve))))
  open.clear()
  sockets.clear()
})

/** A port at which somebody does what `answer` says with each connection. */
async function listen(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  open.add(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

function connect(url: string, more: Readonly<Record<string, unknown>> = {}) {
  return oracle.open(oracle.config.parse({ url, connect_timeout: 3, ...more }), context)
}

/** A packet of the type REFUSE (4) with the listener's words: Oracle Net, as listeners of every version send it. */
function refusal(text: string): Buffer {
  const words = Buffer.from(text)
  const packet = Buffer.alloc(12 + words.length)
  packet.writeUInt16BE(packet.length, 0)
  packet.writeUInt8(4, 4)
  packet.writeUInt8(0x22, 8)
  packet.writeUInt16BE(words.length, 10)
  words.copy(packet, 12)
  return packet
}

const listenerRefuses = (number: number) => (socket: Socket) =>
  socket.once('data', () =>
    socket.end(
      refusal(
        `(DESCRIPTION=(TMP=)(VSNNUM=301989888)(ERR=${number})(ERROR_STACK=(ERROR=(CODE=${number})(EMFI=4))))`,
      ),
    ),
  )

describe('a server that cannot be used', () => {
  test('one that accepts and says nothing is given up in time', async () => {
    const port = await listen(() => {})
    await expect(connect(`oracle://u:secret@127.0.0.1:${port}/FREE`)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The database server did not answer in time.',
      retryable: true,
    })
  })

  test('a port where nobody listens', async () => {
    const port = await listen(() => {})
    await new Promise((resolve) => [...open][0]?.close(resolve))
    open.clear()
    await expect(connect(`oracle://u:secret@127.0.0.1:${port}/FREE`)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The database server cannot be reached.',
      retryable: true,
    })
  })

  test.each([
    ['hangs up at once', (socket: Socket) => socket.destroy()],
    ['hangs up when it was asked', (socket: Socket) => socket.once('data', () => socket.destroy())],
    ['speaks another language', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('one that %s', async (_what, answer) => {
    const port = await listen(answer)
    await expect(connect(`oracle://u:secret@127.0.0.1:${port}/FREE`)).rejects.toMatchObject({
      name: 'AppError',
      code: 'unavailable',
    })
  })

  test.each([
    [12514, /does not know the service/],
    [12505, /does not know the service/],
    [12519, /no more connections/],
  ])('a listener that refuses with %i', async (number, words) => {
    const port = await listen(listenerRefuses(number))
    await expect(connect(`oracle://u:secret@127.0.0.1:${port}/FREE`)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(words),
    })
  })

  test('a host that nobody knows', async () => {
    await expect(connect('oracle://u:secret@nowhere.invalid/FREE')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/host|reached/),
    })
  })

  test.each([
    ['a name without a folder', { tns: 'nowhere' }, /resolved|descriptor|reached/],
    ['a descriptor that is none', { tns: '(DESCRIPTION=(ADDRESS=' }, /descriptor|resolved/],
    [
      'a wallet that is not there',
      { host: '127.0.0.1', service_name: 'X', protocol: 'tcps', wallet_location: '/nowhere' },
      /wallet|reached/,
    ],
  ])('%s', async (_what, config, words) => {
    const opened = oracle.open(oracle.config.parse({ connect_timeout: 3, ...config }), context)
    await expect(opened).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(words) })
  })

  test('says nothing of the host, the password or the words of the driver', async () => {
    const port = await listen(listenerRefuses(12514))
    const refused = await connect(`oracle://scott:tiger9@127.0.0.1:${port}/FREE`).catch(
      (error: unknown) => error,
    )
    const { message, hint } =
      refused instanceof Error && 'hint' in refused ? refused : { message: '', hint: '' }
    expect(`${message} ${hint}`).not.toMatch(/tiger9|scott|127\.0|12514|NJS|ORA-|FREE/)
  })
})
