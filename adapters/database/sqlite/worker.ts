import { readSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { encodeAnswer, FrameReader, type Request, type SessionOptions } from './protocol.ts'
import { openSession, type Session } from './session.ts'

/**
 * A database process: runs SQLite statements for the server, which can stop one for certain only by killing a process.
 * It reads requests from descriptor 3, blocking, and ends when the server closes it.
 */
const CHANNEL = 3
/** Answers to requests that take less are sent together; none waits longer, since the server could work on it meanwhile. */
const MOST_DELAY_MS = 0.05

const requests = new FrameReader()
const received = Buffer.allocUnsafe(64 * 1024)
await serve()
process.exit(0)

async function serve(): Promise<void> {
  // A terminal or a service manager signals the whole group; the server decides when its database processes end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  watchServer()
  const options = nextRequest()
  if (!options) return
  const session = await openSession(JSON.parse(options.toString('utf8')) as SessionOptions)
  send([encodeAnswer('run' in session ? { count: 0, text: '' } : session)])
  if (!('run' in session)) return
  answerAll(session)
  session.close()
}

/** Until the server closes the channel. */
function answerAll(session: Session): void {
  let answers: Buffer[] = []
  let since = 0
  for (;;) {
    let request = requests.next()
    if (answers.length > 0 && (!request || performance.now() - since > MOST_DELAY_MS)) {
      if (!send(answers)) return
      answers = []
    }
    request ??= nextRequest()
    if (!request) return
    if (answers.length === 0) since = performance.now()
    // The server is the only one at the other end of the channel.
    const answer = session.run(JSON.parse(request.toString('utf8')) as Request)
    if ('frame' in answer) {
      if (!send(answers) || !send([answer.frame])) return
      answers = []
    } else answers.push(encodeAnswer(answer))
  }
}

/** Waits for a frame; none when the channel ends. */
function nextRequest(): Buffer | undefined {
  for (;;) {
    const frame = requests.next()
    if (frame) return frame
    const size = readSync(CHANNEL, received)
    if (size === 0) return undefined
    requests.push(Buffer.from(received.subarray(0, size)))
  }
}

/** False when the channel is gone. */
function send(frames: Buffer[]): boolean {
  const [first, ...others] = frames
  if (!first) return true
  const all = others.length === 0 ? first : Buffer.concat(frames)
  try {
    for (let sent = 0; sent < all.length; ) sent += writeSync(CHANNEL, all, sent)
    return true
  } catch {
    return false
  }
}

/**
 * Inside a long statement the channel's end goes unseen: another thread watches for the server's death. The server's number is
 * given: one that died before this thread began would else never be missed.
 */
function watchServer(): void {
  const server = Number(process.argv[2])
  const code = `setInterval(() => { if (process.ppid !== ${server}) process.kill(process.pid, 'SIGKILL') }, 500)`
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 }
  new Worker(code, { eval: true, resourceLimits })
}
