import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { CLIENT_TEXTS, type ClientText, type Connection, KEY } from './client-texts.ts'
import { unknownHere } from './services-here.ts'

interface ClientConfigOptions {
  readonly config: Config
  readonly client: string | undefined
  /** Of `--service`; at most one. */
  readonly services: readonly string[]
  /** The address of the server, or of the service at it. */
  readonly url: string | undefined
  readonly key: string | undefined
  readonly transport: string | undefined
  /** What runs this program: Node, then the file. */
  readonly program: readonly [string, string]
  readonly print: (text: string) => void
  /** Takes what is not to be pasted. */
  readonly warn: (text: string) => void
}

const TRANSPORTS = ['http', 'stdio'] as const
type Transport = (typeof TRANSPORTS)[number]

/** Prints what to paste into a client: with a transport nothing but that, else each way with where it goes. Warns of a service that is not on this machine. */
export async function clientConfig(options: ClientConfigOptions): Promise<void> {
  const client = clientNamed(options.client)
  const wanted = transportNamed(options.transport, client)
  const connection = connectionOf(options)
  const parts = TRANSPORTS.filter((transport) => transport === 'http' || client.stdio).map(
    (transport) =>
      `# ${client.label}, over ${transport === 'http' ? 'HTTP' : 'stdio'}: ${client.place}\n${textFor(client, transport, connection)}`,
  )
  const all = [...parts, ...notes(client, connection)].join('\n\n')
  options.print(wanted === undefined ? all : textFor(client, wanted, connection))
  // Which services another server has is not known here.
  const unknown = options.url === undefined ? await unknownHere(connection.name, options.config) : undefined
  if (unknown !== undefined) options.warn(unknown)
}

function textFor(client: ClientText, transport: Transport, connection: Connection): string {
  return (transport === 'stdio' && client.stdio ? client.stdio : client.http)(connection)
}

function notes(client: ClientText, { url, apiKey }: Connection): string[] {
  if (!client.stdio) {
    const signsIn = `# ${client.label} sends no API key: people sign in.`
    return [
      url.startsWith('https:') ? signsIn : `${signsIn} It reaches only https:// addresses on the internet.`,
    ]
  }
  return apiKey === undefined ? [`# ${KEY} stands for an API key: sluice key create --role NAME`] : []
}

function clientNamed(name: string | undefined): ClientText {
  const known = Object.keys(CLIENT_TEXTS)
  const found = Object.entries(CLIENT_TEXTS).find(([client]) => client === name)
  if (found) return found[1]
  const hint = `Clients: ${known.join(', ')}.`
  if (name === undefined) throw new AppError('bad_request', 'client-config needs --client NAME.', { hint })
  throw new AppError('bad_request', `Unknown client '${name}'.`, {
    hint: didYouMean(nearest(name, known)) || hint,
  })
}

function transportNamed(name: string | undefined, client: ClientText): Transport | undefined {
  if (name === undefined) return undefined
  const found = TRANSPORTS.find((transport) => transport === name)
  if (!found) {
    throw new AppError('bad_request', `--transport is 'http' or 'stdio', not '${name}'.`)
  }
  if (found === 'stdio' && !client.stdio) {
    throw new AppError('bad_request', `${client.label} starts no programs.`, {
      hint: 'Use --transport http.',
    })
  }
  return found
}

function connectionOf({ config, services, url, key, program }: ClientConfigOptions): Connection {
  const [given, ...others] = services
  if (others.length > 0 || (given !== undefined && !/^[\w-]+$/.test(given))) {
    throw new AppError('bad_request', 'client-config is for one configured service: --service NAME.')
  }
  const address = addressOf(url ?? config.baseUrl ?? `http://127.0.0.1:${config.port}`)
  const service = given ?? address.service ?? 'demo'
  if (address.service !== undefined && service.toLowerCase() !== address.service.toLowerCase()) {
    throw new AppError('bad_request', `--service '${service}' is not the service of --url.`, {
      hint: 'Leave one of them out.',
    })
  }
  const apiKey = headerSafe(key ?? config.apiKey)
  const [command, file] = program
  const role = config.role === undefined ? [] : ['--role', config.role]
  if (apiKey !== undefined && config.role !== undefined) {
    throw new AppError('bad_request', 'Both a key and a role are given.', {
      hint: 'Give the one that says who calls.',
    })
  }
  return {
    name: service,
    url: `${address.base}/mcp/${service}`,
    apiKey,
    program: { command, args: [file, 'stdio', '--service', service, ...role] },
    env: {
      SLUICE_DATA_DIR: resolve(config.dataDir),
      ...(config.configFile !== undefined && { SLUICE_CONFIG: resolve(config.configFile) }),
      ...(apiKey !== undefined && { SLUICE_API_KEY: apiKey }),
    },
  }
}

interface Address {
  /** Without a slash at the end. */
  readonly base: string
  /** Where the address was that of a service. */
  readonly service: string | undefined
}

function addressOf(text: string): Address {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new AppError('bad_request', '--url is the address of the server, such as https://db.example.com.')
  }
  const url = new URL(text)
  if (url.username || url.password || url.search || url.hash) {
    throw new AppError('bad_request', '--url takes no user, password, query or fragment.', {
      hint: 'Give the key with --key.',
    })
  }
  const [, path = '', service] = /^(.*?)(?:\/mcp(?:\/([\w-]+))?)?\/*$/.exec(url.pathname) ?? []
  return { base: `${url.origin}${path}`, service }
}

/** It is written into headers and configuration files. */
function headerSafe(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key
  throw new AppError('bad_request', '--key is an API key: letters, digits and signs, without spaces.')
}
