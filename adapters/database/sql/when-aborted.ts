import { leave } from './leave.ts'

/** Of what is nobody's to cancel. */
export const NEVER: AbortSignal = new AbortController().signal

/** A signal lives as long as its client's connection, and a listener of its own for each statement would cost more than the statement's text. */
const listening = new WeakMap<AbortSignal, (() => void)[]>()

/** Calls `stop` when the signal aborts, unless what is returned was called before. Not for a signal that has aborted. */
export function whenAborted(signal: AbortSignal, stop: () => void): () => void {
  const stops = listening.get(signal) ?? listenTo(signal)
  stops.push(stop)
  return () => leave(stops, stop)
}

function listenTo(signal: AbortSignal): (() => void)[] {
  const stops: (() => void)[] = []
  listening.set(signal, stops)
  signal.addEventListener('abort', () => {
    for (const stop of [...stops]) stop()
  })
  return stops
}
