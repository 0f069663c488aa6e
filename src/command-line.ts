import { parseArgs } from 'node:util'
import { z } from 'zod'
import { serviceTypes } from './app.ts'
import { resetPassword, setup } from './commands/administrator.ts'
import { clientConfig } from './commands/client-config.ts'
import { diffConfig, exportConfig, importConfig } from './commands/config-package.ts'
import { createKey } from './commands/create-key.ts'
import { doctor } from './commands/doctor.ts'
import { HELP } from './commands/help.ts'
import { start } from './commands/start.ts'
import { stdio } from './commands/stdio.ts'
import { type Config, type Flags, readConfig } from './config/config.ts'
import { readEnvironment } from './config/environment.ts'
import { parseServiceFlag, type ServiceFlag } from './config/service-url.ts'
import { AppError, toAppError } from './core/errors.ts'
import { didYouMean, nearest } from './core/names.ts'
import { resolvePaths, toConfig } from './system/service-config.ts'
import { VERSION } from './version.ts'

/** Flags that take a value; each setting of the environment has one of its own name. */
const VALUE_FLAGS = [
  'host',
  'port',
  'data-dir',
  'config',
  'admin-email',
  'log-level',
  'allowed-hosts',
  'allowed-origins',
  'public-url',
  'result-bytes',
  'statement-timeout-ms',
  'role',
  'name',
  'email',
  'password',
  'client',
  'url',
  'key',
  'transport',
] as const
const SWITCHES = ['help', 'version', 'demo', 'overwrite'] as const
/** Flags of single commands. */
const NO_SETTINGS: readonly string[] = [
  'help',
  'version',
  'name',
  'email',
  'password',
  'overwrite',
  'client',
  'url',
  'key',
  'transport',
]
const COMMANDS = [
  'start',
  'stdio',
  'doctor',
  'setup',
  'reset-password',
  'key create',
  'client-config',
  'config export',
  'config import',
  'config diff',
] as const

interface CommandLine {
  readonly command: string
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly services: readonly string[]
}

const print = (text: string) => process.stdout.write(`${text}\n`)

// Whoever read our output may have gone (`| head`): that is no reason to stop serving.
process.stdout.on('error', () => {})

try {
  process.exitCode = await run(readCommandLine(process.argv.slice(2)))
} catch (thrown) {
  const error = toAppError(thrown)
  const advice = error.hint ?? didYouMean(error.didYouMean ?? [])
  process.stderr.write(`${[error.message, advice].filter(Boolean).join('\n')}\n`)
  if (error.code === 'internal')
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
  process.exitCode = 1
}

async function run({ command, flags, services }: CommandLine): Promise<number> {
  if (flags.help || command === 'help') print(HELP)
  else if (flags.version) print(VERSION)
  else if (command === 'start')
    await start({ config: configOf(flags), flags: urlsOf(services), env: readEnvironment(), print })
  else if (command === 'stdio') await serveStdio(flags, services)
  else if (command === 'doctor')
    return (await doctor({
      readConfig: () => configOf(flags),
      readFlags: () => urlsOf(services),
      env: readEnvironment(),
      print,
    }))
      ? 0
      : 1
  else if (command === 'setup' || command === 'reset-password')
    await (command === 'setup' ? setup : resetPassword)({
      config: configOf(flags),
      email: required(flags.email, `${command} needs --email ADDRESS.`),
      password: text(flags.password),
      print,
    })
  else if (command === 'key create')
    await createKey({
      config: configOf({ ...flags, role: undefined }),
      role: required(flags.role, 'key create needs --role NAME.'),
      name: text(flags.name),
      print,
    })
  else if (command === 'client-config')
    await clientConfig({
      config: configOf(flags),
      client: text(flags.client),
      services,
      url: text(flags.url),
      key: text(flags.key),
      transport: text(flags.transport),
      program: [process.execPath, process.argv[1] ?? ''],
      print,
      warn: (sentence) => process.stderr.write(`${sentence}\n`),
    })
  else if (command.startsWith('config ')) return await runConfig(command, flags)
  else throw unknownCommand(command)
  return 0
}

/** `config export`, `config import FILE`, `config diff FILE`. */
async function runConfig(command: string, flags: CommandLine['flags']): Promise<number> {
  const [, verb = '', ...rest] = command.split(' ')
  const config = configOf(flags)
  const file = rest.join(' ')
  if (verb === 'export' && file === '') {
    await exportConfig({ config, print })
    return 0
  }
  if (verb !== 'import' && verb !== 'diff') throw unknownCommand(command)
  if (file === '')
    throw new AppError('bad_request', `config ${verb} needs a file: sluice config ${verb} FILE`)
  if (verb === 'diff') return (await diffConfig({ config, print, file })) ? 0 : 1
  await importConfig({ config, print, file, overwrite: flags.overwrite === true })
  return 0
}

async function serveStdio(flags: CommandLine['flags'], services: readonly string[]): Promise<void> {
  await stdio({
    config: configOf(flags),
    flags: urlsOf(services.filter((service) => service.includes('='))),
    services: services.map((service) => service.split('=')[0] ?? ''),
    env: readEnvironment(),
  })
}

function configOf(flags: Flags): Config {
  const settings = Object.entries(flags).filter(([name]) => !NO_SETTINGS.includes(name))
  return readConfig({ env: readEnvironment(), flags: Object.fromEntries(settings) })
}

function urlsOf(services: readonly string[]): ServiceFlag[] {
  return services.map((service) => {
    const flag = parseServiceFlag(service, serviceTypes)
    const type = serviceTypes.find(({ name }) => name === flag.type)
    const config = toConfig(z.json().parse(flag.config)) ?? {}
    return { ...flag, config: resolvePaths(config, type, process.cwd()) }
  })
}

/** Strict: an unknown flag is refused with the nearest one. */
function readCommandLine(args: readonly string[]): CommandLine {
  const options = {
    ...Object.fromEntries(VALUE_FLAGS.map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(SWITCHES.map((name) => [name, { type: 'boolean' as const }])),
    service: { type: 'string' as const, multiple: true },
  }
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    allowNegative: true,
    strict: false,
    tokens: true,
  })
  const known = Object.keys(options)
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = token.name.replace(/^no-/, '')
    if (!known.includes(name)) throw unknownFlag(token.rawName, known)
    if (!SWITCHES.some((flag) => flag === name) && token.value === undefined)
      throw new AppError('bad_request', `${token.rawName} needs a value.`)
  }
  const { service = [], ...flags } = values
  const scalars = Object.entries(flags).filter(
    (entry): entry is [string, string | boolean] => !Array.isArray(entry[1]),
  )
  return {
    command: positionals.join(' ') || (values.help || values.version ? '' : 'help'),
    flags: Object.fromEntries(scalars),
    services: [service].flat().filter((one) => typeof one === 'string'),
  }
}

function unknownFlag(flag: string, known: readonly string[]): AppError {
  return new AppError('bad_request', `Unknown option ${flag}.`, {
    hint:
      didYouMean(nearest(flag.replace(/^-+/, ''), known).map((name) => `--${name}`)) ||
      'sluice --help lists the options.',
  })
}

function unknownCommand(command: string): AppError {
  return new AppError('bad_request', `Unknown command '${command}'.`, {
    hint: didYouMean(nearest(command, COMMANDS)) || `Commands: ${COMMANDS.join(', ')}.`,
  })
}

function required(value: string | boolean | undefined, message: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new AppError('bad_request', message)
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
