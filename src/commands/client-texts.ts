/** What a client needs to know of a service, in the form that its own configuration has. */
export interface Connection {
  /** What the client calls the server. */
  readonly name: string
  /** Of the MCP endpoint: `http://127.0.0.1:8080/mcp/demo`. */
  readonly url: string
  readonly apiKey: string | undefined
  /** The program that serves stdio; each argument by itself. */
  readonly program: { readonly command: string; readonly args: readonly string[] }
  readonly env: Readonly<Record<string, string>>
}

export interface ClientText {
  readonly label: string
  /** Where the text goes. */
  readonly place: string
  readonly http: (connection: Connection) => string
  /** Absent: the client starts no programs. */
  readonly stdio?: (connection: Connection) => string
}

/** Stands for an API key that was not given. */
export const KEY = 'KEY'

/** A bridge from stdio to HTTP, for clients whose configuration only starts programs. */
const BRIDGE = 'mcp-remote@0.15.1'

export const CLIENT_TEXTS = {
  'claude-desktop': {
    label: 'Claude Desktop',
    place: 'in claude_desktop_config.json (Settings, Developer, Edit Config); then restart it',
    http: ({ name, url, apiKey = KEY }) =>
      mcpServers(name, {
        command: 'npx',
        // Without a space after the colon: some systems split arguments there.
        args: ['-y', BRIDGE, url, '--header', `X-DreamFactory-API-Key:\${SLUICE_API_KEY}`],
        env: { SLUICE_API_KEY: apiKey },
      }),
    stdio: (connection) => mcpServers(connection.name, started(connection)),
  },
  'claude-code': {
    label: 'Claude Code',
    place: 'in a terminal, in the folder of the project',
    http: ({ name, url, apiKey = KEY }) =>
      `claude mcp add --transport http ${word(name)} ${word(url)} --header ${word(`Authorization: Bearer ${apiKey}`)}`,
    stdio: ({ name, program, env }) =>
      [
        'claude mcp add --transport stdio',
        ...Object.entries(env).map(([variable, value]) => `--env ${word(`${variable}=${value}`)}`),
        // After the options: `--env` takes words until the next option.
        ...['--scope local', word(name), '--', ...[program.command, ...program.args].map(word)],
      ].join(' '),
  },
  cursor: {
    label: 'Cursor',
    place: 'in .cursor/mcp.json of the project, or ~/.cursor/mcp.json for all',
    http: ({ name, url, apiKey = KEY }) =>
      mcpServers(name, { url, headers: { Authorization: `Bearer ${apiKey}` } }),
    stdio: (connection) => mcpServers(connection.name, started(connection)),
  },
  vscode: {
    label: 'VS Code',
    place: 'in .vscode/mcp.json of the project; then start the server there',
    http: ({ name, url, apiKey }) =>
      json({
        ...(apiKey === undefined && { inputs: [ASK_FOR_KEY] }),
        servers: {
          [name]: {
            type: 'http',
            url,
            headers: { Authorization: `Bearer ${apiKey ?? `\${input:${ASK_FOR_KEY.id}}`}` },
          },
        },
      }),
    stdio: (connection) =>
      json({ servers: { [connection.name]: { type: 'stdio', ...started(connection) } } }),
  },
  chatgpt: {
    label: 'ChatGPT',
    place: 'on the web, at chatgpt.com/plugins: +, Add custom MCP server; then install the plugin',
    http: ({ name, url }) => `Name: ${name}\nServer URL: ${url}\nAuthentication: OAuth`,
  },
} as const satisfies Readonly<Record<string, ClientText>>

/** VS Code asks for it once, and keeps it. */
const ASK_FOR_KEY = {
  type: 'promptString',
  id: 'sluice-key',
  description: 'Sluice API key',
  password: true,
} as const

function started({ program, env }: Connection) {
  return { ...program, env }
}

function mcpServers(name: string, server: object): string {
  return json({ mcpServers: { [name]: server } })
}

function json(value: object): string {
  return JSON.stringify(value, undefined, 2)
}

/** A word of a command line, quoted where a shell would take it apart. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replaceAll(/[\\"$`]/g, '\\$&')}"`
}
