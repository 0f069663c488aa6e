/** Processes of a benchmark: started, waited for, and all ended again. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const BENCH = dirname(fileURLToPath(import.meta.url))
export const ROOT = dirname(BENCH)

const children = new Set()

/** `output` grows as the process prints. */
export function start(args, env = process.env) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const started = { child, output: '' }
  child.stdout.on('data', (data) => {
    started.output += data
  })
  children.add(child)
  return started
}

export async function stop(child) {
  children.delete(child)
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

export async function stopAll() {
  await Promise.all([...children].map(stop))
}

/** Resident memory of a process and its children, in MB. */
export function memoryOf(pid) {
  return [pid, ...childrenOf(pid)].reduce((sum, id) => sum + residentKb(id), 0) / 1024
}

/** Looks at the memory of a process while the work runs: at its start, and the most of it, in MB. */
export async function peakMemory(pid, work) {
  const before = memoryOf(pid)
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, memoryOf(pid))
  }, 20)
  try {
    const result = await work()
    return { result, before, growth: Math.max(most, memoryOf(pid)) - before }
  } finally {
    clearInterval(timer)
  }
}

function residentKb(pid) {
  try {
    return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export function childrenOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

export async function until(done) {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await done().catch(() => false)) return
    await pause(25)
  }
  throw new Error('the server did not answer in time')
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
