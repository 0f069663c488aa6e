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
}

/** What `start` prints: the addresses always, new secrets and lines to paste only when there are any. */
export function banner({ address, publicUrl, services, dataDir, told, runKey }: BannerOptions): string {
  const base = publicUrl ?? address
  const lines = [
    '',
    `Sluice is ready at ${base}`,
    '',
    ...services.filter(({ isActive }) => isActive).map(({ name }) => `  MCP   ${base}/mcp/${name}`),
    `  REST  ${base}/api/v2`,
    '',
    ...secretLines(told),
    ...(runKey === undefined ? [] : ['API key for the services of this run, read-only', `  ${runKey}`, '']),
    ...(told.demo ? pasteLines(base, dataDir, told.demo) : []),
    ...(secretLines(told).length > 0 ? [`These secrets are shown once; the data is in ${dataDir}.`, ''] : []),
    'Ctrl-C stops the server.',
  ]
  return lines.join('\n')
}

/** The administrator and the keys that were made; empty when there is nothing new. */
export function secretLines(told: Told): string[] {
  return [...administratorLines(told), ...keyLines(told)]
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
  const url = `${base}/mcp/demo`
  const desktop = {
    mcpServers: {
      demo: {
        command: process.execPath,
        args: [process.argv[1], 'stdio', '--service', 'demo'],
        env: { SLUICE_DATA_DIR: dataDir, SLUICE_API_KEY: readerKey },
      },
    },
  }
  const cursor = { mcpServers: { demo: { url, headers: { Authorization: `Bearer ${readerKey}` } } } }
  return [
    'Claude Desktop (claude_desktop_config.json)',
    `  ${JSON.stringify(desktop)}`,
    'Claude Code',
    `  claude mcp add --transport http demo ${url} --header "Authorization: Bearer ${readerKey}"`,
    'Cursor (.cursor/mcp.json)',
    `  ${JSON.stringify(cursor)}`,
    'curl',
    `  curl -H "X-DreamFactory-API-Key: ${readerKey}" "${base}/api/v2/demo/_table/orders?limit=3"`,
    '',
  ]
}
