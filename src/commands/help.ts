/** `sluice --help`. */
export const HELP = `sluice: governed access to databases for AI agents (MCP) and applications (REST)

Usage
  sluice start [options]                    the server: MCP at /mcp/<service> and /mcp, REST at /api/v2
  sluice stdio [--service NAME] [options]   one service, several or all over stdin and stdout, for a local MCP client
  sluice doctor [options]                   checks configuration, database, port and each service
  sluice key create --role NAME [--name APP]
                                            a fresh API key in a role, printed alone on one line
  sluice client-config --client NAME [--service NAME] [--url URL] [--key KEY] [--transport http|stdio]
                                            what to paste into claude-desktop, claude-code, cursor, vscode or chatgpt
  sluice setup --email ADDRESS [--password TEXT]
                                            the first administrator, for scripts; without a password one is printed
  sluice reset-password --email ADDRESS [--password TEXT]
                                            a new password for an account that lost it
  sluice config export [options]            the configuration as JSON, without secrets
  sluice config import FILE [--overwrite]   takes in what export printed; all or nothing
  sluice config diff FILE [options]         what an import would add (+) and change (~); what only this server has (-)

Options
  --host ADDRESS            default 127.0.0.1
  --port NUMBER             default 8080
  --data-dir FOLDER         system database, demo database, keys; default ./data
  --config FILE             services, roles and apps to apply before serving
  --service NAME=URL        a service for this run, such as crm=postgres://user@host/crm (may repeat)
  --no-demo                 without the demo service
  --role NAME               stdio: act in this role (default: read-only)
  --client NAME             client-config: claude-desktop, claude-code, cursor, vscode, chatgpt
  --url URL                 client-config: the address of the server, or of a service at it
  --key KEY                 client-config: the API key to write; without one, a placeholder
  --transport http|stdio    client-config: only that way, and nothing but the text
  --public-url URL          the address clients use, when it is another one
  --allowed-hosts LIST      further Host names that are answered
  --allowed-origins LIST    web pages that may call from a browser
  --admin-email ADDRESS     the first administrator; the password comes from SLUICE_ADMIN_PASSWORD
  --log-level LEVEL         trace, debug, info, warn, error, fatal, silent
  --result-bytes NUMBER     most bytes of an MCP answer, default 24000
  --statement-timeout-ms N  longest run of one statement, default 30000
  --help, --version

Options that are settings can stand in the environment instead (SLUICE_PORT=9000); docs/configuration.md lists them.`
