import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongodbDatabases } from './mongodb-databases.ts'
import { type OwnServer, type ServerPlace, startOwnServer } from './own-server.ts'

interface OwnFerretdbOptions {
  /** Users must sign in by SCRAM; the URL names the first. */
  readonly signsIn?: boolean
  /** Further arguments, for the place of the server. */
  readonly settings?: (place: ServerPlace) => readonly string[]
}

/** Starts FerretDB: MongoDB's wire protocol over files of SQLite, which outlive its death. It has neither validators nor Decimal128 nor expressions, so the suite of the contract cannot run on it. */
export async function startOwnFerretdb(options: OwnFerretdbOptions = {}): Promise<OwnServer> {
  const file = ferretdbFile()
  if (file === '') throw new Error('FerretDB is not installed: test/contract/servers/ferretdb/build makes it')
  const { signsIn = false, settings = () => [] } = options
  return startOwnServer({
    name: 'ferretdb',
    // The server's user may not be able to read the folders of this one.
    prepare: async ({ folder }) => {
      await cp(file, join(folder, 'ferretdb'))
      await chmod(join(folder, 'ferretdb'), 0o755)
    },
    command: (place) => ({
      file: join(place.folder, 'ferretdb'),
      args: [...argumentsAt(place), ...(signsIn ? signedIn(place) : []), ...settings(place)],
    }),
    url: ({ port, password }) =>
      signsIn ? `mongodb://root:${password}@127.0.0.1:${port}/` : `mongodb://127.0.0.1:${port}/`,
    probe: mongodbDatabases.probe,
  })
}

/** `ferretdb` of the path, or the one that was built for the tests; empty when there is none. */
export function ferretdbFile(): string {
  const built = join(homedir() || tmpdir(), '.cache', 'sluice', 'ferretdb-1.24.0', 'ferretdb')
  const given = process.env.TEST_FERRETDB_FILE
  if (given) return given
  if (existsSync(built)) return built
  return spawnSync('/bin/sh', ['-c', 'command -v ferretdb'], { encoding: 'utf8' }).stdout.trim()
}

function argumentsAt({ folder, port }: ServerPlace): string[] {
  return [
    '--handler=sqlite',
    `--sqlite-url=file:${folder}/`,
    `--listen-addr=127.0.0.1:${port}`,
    `--state-dir=${folder}`,
    '--telemetry=disable',
    '--debug-addr=-',
    '--log-level=ERROR',
  ]
}

function signedIn({ password }: ServerPlace): string[] {
  return [
    '--test-enable-new-auth',
    '--setup-database=admin',
    '--setup-username=root',
    `--setup-password=${password}`,
  ]
}
