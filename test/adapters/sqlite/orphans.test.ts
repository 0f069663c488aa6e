import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { databaseFile, isAlive } from './database-file.ts'

const BUILD = fileURLToPath(new URL('../../../dist/adapters/database/sqlite/', import.meta.url))

const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0'

const SEAT = `
  import { ownStatement } from '${BUILD}../sql/connection.js'
  import { ProcessSeat } from '${BUILD}process-seat.js'
  const [file, sql] = process.argv.slice(-2)
  const seat = new ProcessSeat({
    file, statements: [], busyTimeoutMs: 0, readOnly: false, readers: 1, statementTimeoutMs: 600000, idleMs: 600000,
  })
  const { signal } = new AbortController()`

/** A server that starts one statement, tells its database process's number and never ends by itself. */
const SERVER = `
  ${SEAT}
  await seat.read(ownStatement('SELECT 1', ['x']), signal)
  seat.read(ownStatement(sql, ['x']), signal)
  setTimeout(() => console.log(seat.pids.readers[0]), 100)
  setInterval(() => {}, 1000)`

/** A server with nothing else to do than to wait for an answer, whose database process dies over it. */
const WAITER = `
  ${SEAT}
  const turn = await seat.take(signal)
  await turn.run('write', [ownStatement('SELECT 1', ['x'])], signal)
  const written = turn.run('write', [ownStatement(sql, ['x'])], signal)
  setTimeout(() => process.kill(seat.pids.writer[0], 'SIGKILL'), 100)
  await written.catch((error) => console.log(error.code))
  turn.release()
  await seat.close()
  console.log('closed')`

test('whoever waits for a database process that dies is told, with nothing else to keep the server alive', async () => {
  const args = ['--input-type=module', '-e', WAITER, databaseFile(), ENDLESS]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(stdout).toBe('unavailable\nclosed\n')
})

test.each([
  ['is idle', 'SELECT 1'],
  ['runs a long statement', ENDLESS],
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
