import { cancelled, closed, readOnly } from '../sql/interruption.ts'
import { openError, processLost } from './errors.ts'
import { openedHere } from './open-here.ts'
import {
  type Answer,
  type DriverFailure,
  type Forwarded,
  forwarded,
  type Mode,
  type Request,
  type SessionOptions,
} from './protocol.ts'
import { requestOf, type SqliteStatement } from './request.ts'
import type { Seat, Turn } from './seat.ts'
import { openSession, type Session } from './session.ts'
import { Turns } from './turns.ts'

export interface InlineSeatOptions extends Omit<SessionOptions, 'access'> {
  readonly readOnly: boolean
}

/**
 * Runs statements in the server's own process, on its own thread: no statement can be stopped, and each blocks the
 * server. For small databases with statements that we wrote ourselves, where a process would be waste.
 */
export async function openInlineSeat(options: InlineSeatOptions): Promise<Seat> {
  const writer = options.readOnly ? undefined : await opened({ ...options, access: 'write' })
  // A reader beside the writer does not see what a transaction has not yet committed.
  const reader =
    options.file === ':memory:'
      ? undefined
      : await opened({ ...options, access: 'read' }, () => writer?.close())
  const forget = openedHere(options.file)
  const turns = new Turns()
  let closing: Promise<void> | undefined
  let ended = false

  async function run(
    session: Session | undefined,
    request: Request,
    signal: AbortSignal,
  ): Promise<Answer | Forwarded | DriverFailure> {
    if (!session) throw readOnly()
    // The caller gets a moment to cancel; afterwards nothing stops the statement.
    await Promise.resolve()
    if (signal.aborted) throw cancelled()
    if (ended) throw closed()
    const answer = session.run(request)
    return 'frame' in answer ? forwarded(answer) : answer
  }

  async function close(): Promise<void> {
    await turns.take(new AbortController().signal)
    ended = true
    reader?.close()
    writer?.close()
    forget()
  }

  function turn(): Turn {
    let over = false
    const release = () => {
      if (over) return
      over = true
      turns.passOn()
    }
    return {
      run: async (mode, statements, signal) => {
        if (over) throw processLost('the turn is over')
        return run(writer, requestOf(mode, statements), signal)
      },
      abandon: () => {
        if (!over) writer?.rollback()
        release()
      },
      release,
    }
  }

  async function take(signal: AbortSignal): Promise<Turn> {
    if (!writer) throw readOnly()
    if (closing) throw closed()
    await turns.take(signal)
    return turn()
  }

  async function read(mode: Mode, statements: readonly SqliteStatement[], signal: AbortSignal) {
    if (closing) throw closed()
    if (reader) return run(reader, requestOf(mode, statements), signal)
    const taken = await take(signal)
    return taken.run(mode, statements, signal).finally(taken.release)
  }

  return {
    read: (statement, signal) => read('read', [statement], signal),
    readTogether: (statements, signal) => read('together', statements, signal),
    take,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

async function opened(options: SessionOptions, undo = () => {}): Promise<Session> {
  const session = await openSession(options)
  if ('run' in session) return session
  undo()
  throw openError(session)
}
