import { setMaxListeners } from 'node:events'

/** Signals that were told to take many listeners: telling costs more than asking here. */
const told = new WeakSet<AbortSignal>()

/** Statements of one request share its signal: many listeners are no leak. */
export function allowManyListeners(signal: AbortSignal): void {
  if (told.has(signal)) return
  told.add(signal)
  setMaxListeners(0, signal)
}
