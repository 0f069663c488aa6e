import type { ServiceInfo } from '../core/service.ts'
import type { FirstStart } from '../system/bootstrap.ts'

/** Secrets that are shown once. */
export interface Told extends FirstStart {
  readonly newKeys: readonly { readonly app: string; readonly apiKey: string }[]
}

interface BannerOptions {
  readonly address: string
  readonly publicUrl: string | undefined
  readonly services: readonly ServiceInfo[]
  readonly dataDir: string
  readonly told: Told
  /** Reads the services of the command line, until the server stops. */
  readonly runKey: string | undefined
  /** The services of the command line. */
  readonly runServices: readonly string[]
  /** Set while there is no administrator. */
  readonly setupCode: string | undefined
}

/** What `start` prints: the addresses always, new secrets and lines to paste only when there are any. */
export function banner(options: BannerOptions): string {
  const { address, publicUrl, services, dataDir, told, runKey, runServices, setupCode } = options
  const base = publicUrl ?? address
  const lines = [
    '',
    `Sluice is ready at ${base}`,
    '',
    ...services.filter(({ isActive }) => isActive).map(({ name }) => `  MCP   ${base}/mcp/${name}`),
    `  REST  ${base}/api/v2`,
    '',
    ...(setupCode === undefined ? [] : setupLines(base, setupCode)),
    ...secretLines(told),
    ...(runKey === undefined ? [] : ['API key for the services of this run, read-only', `  ${runKey}`, '']),
    ...(runKey !== undefined && runServices[0] !== undefined
      ? httpLines(base, runServices[0], runKey, '_table')
      : told.demo
        ? pasteLines(base, dataDir, told.demo)
        : []),
    ...(secretLines(told).length > 0 ? [`These secrets are shown once; the data is in ${dataDir}.`, ''] : []),
    'Ctrl-C stops the server.',
  ]
  return lines.join('\n')
}

/** The administrator and the keys that were made; empty when there is nothing new. */
export function secretLines(told: Told): string[] {
  return [...administratorLines(told), ...keyLines(told)]
}

function setupLines(base: string, code: string): string[] {
  return ['There is no administrator yet. Make one at', `  ${base}/#setup_code=${code}`, '']
}

function administratorLines({ administrator }: Told): string[] {
  if (!administrator) return []
  const password = administrator.password ?? '(as you set it)'
  return ['Administrator', `  e-mail    ${administrator.email}`, `  password  ${password}`, '']
}

function keyLines({ demo, newKeys }: Told): string[] {
  const keys = [
    ...(demo ? [['read-only', demo.readerKey] as const, ['read-write', demo.writerKey] as const] : []),
    ...newKeys.map(({ app, apiKey }) => [app, apiKey] as const),
  ]
  if (keys.length === 0) return []
  const width = Math.max(...keys.map(([name]) => name.length))
  return ['API keys', ...keys.map(([name, key]) => `  ${name.padEnd(width)}  ${key}`), '']
}

/** Ready to paste, with the read-only key: an agent starts with the least. */
function pasteLines(base: string, dataDir: string, { readerKey }: NonNullable<FirstStart['demo']>): string[] {
  const desktop = {
    mcpServers: {
      demo: {
        command: process.execPath,
        args: [process.argv[1], 'stdio', '--service', 'demo'],
        env: { SLUICE_DATA_DIR: dataDir, SLUICE_API_KEY: readerKey },
      },
    },
  }
  return [
    'Claude Desktop (claude_desktop_config.json)',
    `  ${JSON.stringify(desktop)}`,
    ...httpLines(base, 'demo', readerKey, '_table/orders?limit=3'),
  ]
}

/** For clients that connect to the running server. */
function httpLines(base: string, service: string, key: string, resource: string): string[] {
  const url = `${base}/mcp/${service}`
  const cursor = { mcpServers: { [service]: { url, headers: { Authorization: `Bearer ${key}` } } } }
  return [
    'Claude Code',
    `  claude mcp add --transport http ${service} ${url} --header "Authorization: Bearer ${key}"`,
    'Cursor (.cursor/mcp.json)',
    `  ${JSON.stringify(cursor)}`,
    'curl',
    `  curl -H "X-DreamFactory-API-Key: ${key}" "${base}/api/v2/${service}/${resource}"`,
    '',
  ]
}
