import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createDemoDatabase } from '../../adapters/database/sqlite/demo/create.ts'
import { requireRowFilters } from '../access/row-condition.ts'
import { type App, configuredTypes, type HttpServer, openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { type ConfigFile, readConfigFile } from '../config/file.ts'
import type { ServiceFlag } from '../config/service-url.ts'
import { AppError } from '../core/errors.ts'
import { drain } from '../http/drain.ts'
import type { Phase } from '../http/health.ts'
import { applyConfig } from '../system/apply-config.ts'
import { bootstrap } from '../system/bootstrap.ts'
import { letYoungHeapGrow } from '../young-heap.ts'
import { banner, secretLines, type Told } from './banner.ts'

/** Longest wait for running requests at the end, in milliseconds. */
const DRAIN_MS = 10_000

type Environment = Readonly<Record<string, string | undefined>>
type Print = (text: string) => void

interface StartOptions {
  readonly config: Config
  readonly flags: readonly ServiceFlag[]
  readonly env: Environment
  readonly print: Print
}

/** Runs the server until it is told to stop; resolves when everything is closed. */
export async function start({ config, flags, env, print }: StartOptions): Promise<void> {
  const file = await declared(config, env)
  const app = await openApp(config, flags, file)
  try {
    for (const warning of config.warnings) app.log.warn(warning)
    let phase: Phase = 'starting'
    const http = await app.createHttp(() => phase)
    try {
      // First of all the port: secrets that are told once must not be made by a start that fails.
      requireAdministrator(app)
      const address = await listen(http, config)
      const told = await prepare(app, { file, print, accounts: true })
      phase = 'ready'
      letYoungHeapGrow()
      app.imports.watch()
      print(
        banner({
          address,
          publicUrl: config.publicUrl,
          services: app.services.list(),
          dataDir: config.dataDir,
          told,
          runKey: app.runKey,
          runServices: app.runServices,
          setupCode: app.setupCode(),
        }),
      )
      await untilStopped(app)
      phase = 'stopping'
      print('Stopping: waiting for running requests …')
    } finally {
      await drain(http, { limitMs: DRAIN_MS })
    }
  } finally {
    await app.close()
  }
}

/** Nobody from outside gets to a server that nobody was named to administer. */
function requireAdministrator({ config, store }: App): void {
  const hasOne = [...store.snapshot().userById.values()].some(({ isAdmin }) => isAdmin)
  if (hasOne || config.isLoopback || config.adminPassword !== undefined || config.isSetUpByPage) return
  throw new AppError(
    'bad_request',
    'There is no administrator yet, and this server would be reached from outside.',
    {
      hint: 'Set SLUICE_ADMIN_EMAIL and SLUICE_ADMIN_PASSWORD, or leave SLUICE_HOST at 127.0.0.1.',
    },
  )
}

/** The config file, read before anything is opened: most of its mistakes are found here. */
export async function declared({ configFile }: Config, env: Environment): Promise<ConfigFile | undefined> {
  return configFile === undefined ? undefined : readConfigFile(configFile, env)
}

interface PrepareOptions {
  /** What the config file declares. */
  readonly file: ConfigFile | undefined
  readonly print: Print
  /** Make the first administrator and keys, and tell them. */
  readonly accounts: boolean
}

/** Makes what a first start needs and applies the config file. Answers the secrets to tell once. */
export async function prepare(app: App, { file, print, accounts }: PrepareOptions): Promise<Told> {
  const { config, store, maker } = app
  const demoFile = join(config.dataDir, DEMO_FILE)
  if (config.demo && !existsSync(demoFile)) await createDemoDatabase(demoFile)
  const options = {
    maker,
    adminEmail: config.adminEmail,
    adminPassword: config.adminPassword,
    mayGeneratePassword: config.isLoopback,
    isSetUpByPage: config.isSetUpByPage,
    demo: config.demo ? { type: 'sqlite', config: { database: DEMO_FILE } } : undefined,
  }
  // Secrets last: a file that is refused must not leave any behind that nobody saw.
  await bootstrap(store, { ...options, accounts: false })
  const { newKeys = [] } = file
    ? await applyConfig(store, file, {
        types: configuredTypes,
        maker,
        checkFilters: requireRowFilters,
        checkTool: app.checkTool,
      })
    : {}
  try {
    return { ...(accounts ? await bootstrap(store, options) : {}), newKeys }
  } catch (error) {
    print(secretLines({ newKeys }).join('\n'))
    throw error
  }
}

const DEMO_FILE = 'demo.sqlite'

/** The address clients on this machine use. */
async function listen(http: HttpServer, { host, port }: Config): Promise<string> {
  try {
    // For the name, a second server would listen on the other address family.
    await http.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port })
  } catch (cause) {
    throw new AppError('unavailable', `The server cannot listen on ${host}:${port}: ${reasonOf(cause)}.`, {
      hint: 'Stop the other program, or choose another port with --port or SLUICE_PORT.',
      cause,
    })
  }
  const bound = http.server.address()
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port
  const name = ALL_ADDRESSES.has(host) ? '127.0.0.1' : host
  return `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${boundPort}`
}

const ALL_ADDRESSES: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]'])

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port',
  EACCES: 'this user may not use this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host name is known',
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return REASONS[code] ?? `the system refuses it (${code || 'unknown reason'})`
}

/** Serves, with changes by other processes taken in, until the first SIGINT or SIGTERM; a second one ends the process at once. */
async function untilStopped({ store, log }: App): Promise<void> {
  const stopWatching = store.watch({
    onError: (error) => log.error({ err: error }, 'the system database cannot be read'),
  })
  await new Promise<void>((resolve) => {
    const stop = () => {
      resolve()
      for (const signal of STOP_SIGNALS) {
        process.removeListener(signal, stop)
        process.once(signal, () => process.exit(130))
      }
    }
    for (const signal of STOP_SIGNALS) process.on(signal, stop)
  })
  stopWatching()
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const
