import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, readFileSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../helpers/program.ts'

/** A database server on a port and a data folder of its own. It never outlives the process that started it. */
export interface OwnServer {
  /** With user and password, who may do everything. */
  readonly url: string
  readonly port: number
  /** Ends the server and all its processes at once, as a power cut would. The data stays. */
  kill(): Promise<void>
  /** Starts it again on its port and its data, and waits until it answers. */
  start(): Promise<void>
  /** Ends the server and deletes its data. */
  stop(): Promise<void>
}

export interface ServerPlace {
  readonly folder: string
  readonly port: number
  readonly password: string
}

/** How one kind of server is made. */
export interface ServerKind {
  readonly name: string
  /** Fills the data folder; runs once. */
  prepare(place: ServerPlace): Promise<void>
  command(place: ServerPlace): { readonly file: string; readonly args: readonly string[] }
  url(place: ServerPlace): string
  /** Resolves when the server answers. */
  probe(url: string): Promise<void>
}

const START_LIMIT_MS = 60_000

/** Starts a server and waits until it answers. Fails with what the server printed. */
export async function startOwnServer(kind: ServerKind): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), `sluice-${kind.name}-`))
  const keeper = keepFolder(folder)
  const place = { folder, port: await freePort(), password: randomBytes(12).toString('hex') }
  const url = kind.url(place)
  let child: ChildProcess | undefined
  const start = async () => {
    child = await launch(kind, place)
  }
  const stop = async () => {
    const ended = new Promise((resolve) => keeper.once('exit', resolve))
    keeper.stdin?.end()
    await ended
  }
  const { uid, gid } = serverUser()
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  try {
    await kind.prepare(place)
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { url, port: place.port, start, stop, kill: () => kill(child, folder) }
}

/** Runs a program of the server to its end, as the server's user. Fails with what it printed. */
export function runAsServer(file: string, args: readonly string[]): void {
  const options = { ...serverUser(), cwd: tmpdir(), encoding: 'utf8' } as const
  const { status, error, stdout, stderr } = spawnSync(file, args, options)
  if (status !== 0) throw new Error(`${file} failed: ${error?.message ?? ''}\n${stdout}${stderr}`)
}

/** Database servers refuse to run as root: then they run as `nobody`. */
export function serverUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? []
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) }
}

/**
 * Waits until its input ends, which is also when this process ends in whatever way; then ends the server and deletes the
 * folder. In a session of its own, so that Ctrl-C does not reach it.
 */
function keepFolder(folder: string): ChildProcess {
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', folder], {
    detached: true,
    cwd: tmpdir(),
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keeper.unref()
  return keeper
}

const KEEPER = `
cat >/dev/null
if pid=$(cat "$1/pid" 2>/dev/null); then
  kill -QUIT "$pid"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    kill -0 "$pid" || break
    sleep 0.1
  done
  kill -KILL "$pid"
fi
rm -rf "$1"
`

async function launch(kind: ServerKind, place: ServerPlace): Promise<ChildProcess> {
  const deadline = Date.now() + START_LIMIT_MS
  const { file, args } = kind.command(place)
  for (;;) {
    const child = await spawnServer(file, args, place.folder)
    const failure = await answers(kind, place, child, deadline)
    if (failure === undefined) return child
    const log = await readFile(join(place.folder, 'log'), 'utf8')
    await kill(child, place.folder)
    // The processes of a killed server may need a moment to leave its memory and its lock.
    const isInUse = /still in use|lock/i.test(log)
    if (!isInUse || Date.now() > deadline)
      throw new Error(`${kind.name} did not start: ${failure}\n${log.slice(-4000)}`)
  }
}

async function spawnServer(file: string, args: readonly string[], folder: string): Promise<ChildProcess> {
  const log = await open(join(folder, 'log'), 'w')
  try {
    const child = spawn(file, args, {
      ...serverUser(),
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    await writeFile(join(folder, 'pid'), String(child.pid))
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** Why the server does not answer; undefined when it does. */
async function answers(
  kind: ServerKind,
  place: ServerPlace,
  child: ChildProcess,
  deadline: number,
): Promise<string | undefined> {
  for (;;) {
    if (hasEnded(child)) return 'it ended at once'
    try {
      await kind.probe(kind.url(place))
      return undefined
    } catch (error) {
      if (Date.now() > deadline) return String(error)
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

async function kill(child: ChildProcess | undefined, folder: string): Promise<void> {
  if (!child?.pid) return
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '')
  const ended = hasEnded(child) ? undefined : new Promise((resolve) => child.once('exit', resolve))
  for (const pid of [child.pid, ...children.split(' ').filter(Boolean).map(Number)]) end(pid)
  await ended
  await rm(join(folder, 'pid'), { force: true })
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
