import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mysqlDatabases } from './mysql-databases.ts'
import { type OwnServer, runAsServer, type ServerPlace, startOwnServer } from './own-server.ts'

/** Options of the server besides those below, `--name=value`. */
interface OwnMariadbOptions {
  readonly settings?: readonly string[]
}

/** Starts MariaDB from the programs that are installed; passwords are checked. */
export async function startOwnMariadb({ settings = [] }: OwnMariadbOptions = {}): Promise<OwnServer> {
  const file = mariadbFile()
  if (file === '') throw new Error('mariadbd is not installed')
  return startOwnServer({
    name: 'mariadb',
    prepare: async ({ folder, password }) => {
      runAsServer('mariadb-install-db', [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ])
      // The folder is closed to others.
      const statement = `alter user root@localhost identified by '${password}';\n`
      writeFileSync(join(folder, 'init.sql'), statement, { mode: 0o644 })
    },
    command: (place) => ({ file, args: [...argumentsAt(place), ...settings] }),
    url: ({ port, password }) => `mysql://root:${password}@127.0.0.1:${port}/mysql`,
    probe: mysqlDatabases.probe,
  })
}

export function isMariadbInstalled(): boolean {
  return mariadbFile() !== ''
}

/** Empty when it is not installed. Not every user has the folders of servers in the path. */
function mariadbFile(): string {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
  return spawnSync('/bin/sh', ['-c', 'command -v mariadbd'], { env, encoding: 'utf8' }).stdout.trim()
}

/** Commits reach the operating system, not the disk: they outlive the server's death, not the machine's. */
function argumentsAt({ folder, port }: ServerPlace): string[] {
  return [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    `--init-file=${join(folder, 'init.sql')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'mariadb.pid')}`,
    '--max-connections=200',
    '--innodb-buffer-pool-size=64M',
    '--innodb-flush-log-at-trx-commit=2',
    '--character-set-server=utf8mb4',
  ]
}
