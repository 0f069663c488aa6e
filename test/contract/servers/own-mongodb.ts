import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongodbDatabases } from './mongodb-databases.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'

const LAUNCHER = join(import.meta.dirname, 'mongodb', 'Launcher.java')

/** Starts mongo-java-server: the wire protocol of MongoDB, kept in memory. What it lacks is in `mongodb-gaps.ts`. */
export async function startOwnMongodb(): Promise<OwnServer> {
  const jars = jarsFolder()
  return startOwnServer({
    name: 'mongodb',
    // The server's user may not be able to read the folders of this one.
    prepare: async ({ folder }) => {
      await cp(jars, join(folder, 'jars'), { recursive: true })
      await cp(LAUNCHER, join(folder, 'Launcher.java'))
    },
    command: ({ folder, port }) => ({
      file: 'java',
      args: ['-Xmx512m', '-cp', join(folder, 'jars', '*'), join(folder, 'Launcher.java'), String(port)],
    }),
    url: ({ port }) => `mongodb://127.0.0.1:${port}/`,
    probe: mongodbDatabases.probe,
  })
}

/** The jars of `mongodb/pom.xml`: of TEST_MONGODB_JARS, or fetched once by Maven into a folder of the user's. */
function jarsFolder(): string {
  const given = process.env.TEST_MONGODB_JARS
  if (given) return given
  if (!runs('javac', '-version')) throw new Error('a Java compiler is not installed')
  const folder = join(homedir() || tmpdir(), '.cache', 'sluice', 'mongo-java-server-1.47.0')
  if (existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('mongo-java-server-core')))
    return folder
  const pom = join(import.meta.dirname, 'mongodb', 'pom.xml')
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]
  const { status } = spawnSync('mvn', args, { stdio: 'ignore', timeout: 300_000 })
  if (status !== 0) throw new Error('Maven is not installed, or could not fetch mongo-java-server')
  return folder
}

function runs(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: 'ignore' }).status === 0
}
