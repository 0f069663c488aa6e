import { fileId } from './file-id.ts'

/**
 * Files that are open in this process. Whoever opens one of them beside SQLite and closes it again takes all of this process's locks on it away
 * (fcntl(2); sqlite.org/howtocorrupt.html, 2.2): the next program to leave the file would delete the write-ahead log under the server.
 */
const files: string[] = []

/** To be called when the file is open; what it returns, once, when it is closed. */
export function openedHere(file: string): () => void {
  const id = fileId(file)
  if (id === undefined) return () => {}
  files.push(id)
  return () => files.splice(files.indexOf(id), 1)
}

export function isOpenHere(file: string): boolean {
  const id = fileId(file)
  return id !== undefined && files.includes(id)
}
