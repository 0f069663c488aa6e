import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly url: string
  readonly pid: number
  /** What was printed so far. */
  output(): string
  /** SIGINT, and the end it leads to. */
  stop(): Promise<Finished>
  /** SIGKILL: the process has no time to do anything more. */
  kill(): Promise<Finished>
}

/** Runs the built program to its end. */
export function runProgram(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  return started(args, env).finished
}

/** Starts the built server on `SLUICE_PORT`, or a free port, and waits until it is ready. */
export async function startProgram(args: readonly string[], env: Record<string, string>): Promise<Running> {
  const { SLUICE_PORT: port = String(await freePort()) } = env
  const { child, finished, texts } = started(['start', ...args], { ...env, SLUICE_PORT: port })
  const url = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`the program ended: ${texts.stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  return {
    url,
    pid: child.pid ?? 0,
    output: () => texts.stdout,
    stop() {
      child.kill('SIGINT')
      return finished
    },
    kill() {
      child.kill('SIGKILL')
      return finished
    },
  }
}

/**
 * Below the ports that systems give to whoever asks for any (32768 and up on Linux, 49152 and up elsewhere): until it is used,
 * nobody else is given it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

interface Started {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  readonly texts: { stdout: string; stderr: string }
}

function started(args: readonly string[], env: Record<string, string>): Started {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    texts.stdout += data
  })
  child.stderr.on('data', (data) => {
    texts.stderr += data
  })
  const finished = new Promise<Finished>((resolve) =>
    child.once('close', (code) => resolve({ code, ...texts })),
  )
  return { child, finished, texts }
}
