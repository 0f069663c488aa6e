import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '../helpers/program.ts'

/** A Redis server of the test's own, which keeps nothing on disk. */
export interface RedisServer {
  readonly port: number
  /** Goes away as after a crash; `start` brings an empty one back on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const server: RedisServer = {
    port,
    async start() {
      child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
        stdio: 'ignore',
      })
      while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    async kill() {
      const gone = child && once(child, 'exit')
      child?.kill('SIGKILL')
      child = undefined
      await gone
    },
  }
  await server.start()
  return server
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
