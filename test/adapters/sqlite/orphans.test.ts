import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { databaseFile, isAlive } from './database-file.ts'

const BUILD = fileURLToPath(new URL('../../../dist/adapters/database/sqlite/', import.meta.url))

/** A server that starts one statement, tells its database process's number and never ends by itself. */
const SERVER = `
  import { ownStatement } from '${BUILD}../sql/connection.js'
  import { ProcessSeat } from '${BUILD}process-seat.js'
  const [file, sql] = process.argv.slice(-2)
  const seat = new ProcessSeat({
    file, statements: [], busyTimeoutMs: 0, readOnly: false, readers: 1, statementTimeoutMs: 600000, idleMs: 600000,
  })
  const { signal } = new AbortController()
  await seat.read(ownStatement('SELECT 1', ['x']), signal)
  seat.read(ownStatement(sql, ['x']), signal)
  setTimeout(() => console.log(seat.pids.readers[0]), 100)
  setInterval(() => {}, 1000)`

test.each([
  ['is idle', 'SELECT 1'],
  [
    'runs a long statement',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0',
  ],
])('a database process that %s ends when the server is killed', async (_, sql) => {
  const server = spawn(process.execPath, ['--input-type=module', '-e', SERVER, databaseFile(), sql], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(server.stdout), 'line')
  const pid = Number(line)
  expect(isAlive(pid)).toBe(true)
  server.kill('SIGKILL')
  await expect.poll(() => isAlive(pid)).toBe(false)
})
