import type { Readable } from 'node:stream'

export interface LineEvents {
  onLine(line: string): void
  /** `ends` are its first and last characters. */
  onTooLong(ends: { readonly head: string; readonly tail: string }): void
  onEnd(): void
}

/** Most characters of one line. */
export const LONGEST_LINE = 10 * 1024 * 1024
/** Characters kept of a line that is longer. */
const KEPT = 200

/** Reads lines that are not empty, the last one also without its end. Of a line that is too long no more is kept than its ends, and reading goes on. */
export function readLines(input: Readable, { onLine, onTooLong, onEnd }: LineEvents): void {
  let parts: string[] = []
  let length = 0
  let ends = { head: '', tail: '' }
  const add = (part: string) => {
    const { head, tail } = ends
    ends = { head: head + part.slice(0, KEPT - head.length), tail: (tail + part.slice(-KEPT)).slice(-KEPT) }
    length += part.length
    if (length <= LONGEST_LINE) parts.push(part)
    else parts = []
  }
  const endLine = () => {
    const line = parts.join('')
    if (length > LONGEST_LINE) onTooLong(ends)
    else if (line.trim() !== '') onLine(line)
    parts = []
    length = 0
    ends = { head: '', tail: '' }
  }
  input.setEncoding('utf8')
  input.on('data', (chunk: string) => {
    const [rest = '', ...lines] = chunk.split('\n')
    add(rest)
    for (const line of lines) {
      endLine()
      add(line)
    }
  })
  input.once('close', onEnd)
  input.once('end', () => {
    endLine()
    onEnd()
  })
}
