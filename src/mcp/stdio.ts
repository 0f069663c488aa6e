import { Console } from 'node:console'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Caller } from '../core/caller.ts'
import { AppError, isOurs } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import type { McpSession } from './call-tool.ts'
import { createMcp, type McpOptions } from './create-mcp.ts'
import { sdkServer } from './sdk-server.ts'
import { type StdioStreams, stdioTransport } from './stdio-transport.ts'

export interface McpStdioOptions extends McpOptions, Partial<StdioStreams> {
  readonly service: string
  /** Who speaks now; rejects when they may no longer. */
  caller(): Promise<Caller>
  /** Takes errors whose cause no answer shows. */
  logError(error: unknown): void
  /** Longest wait for running calls at the end, in milliseconds. */
  readonly drainMs?: number
}

const DEFAULT_DRAIN_MS = 10_000

/**
 * Speaks MCP on stdin and stdout until stdin ends or the process is told to stop (SIGTERM, SIGINT); answers what is
 * running, then resolves. Throws `not_found` for a service that is not there or not the caller's.
 */
export async function serveMcpStdio(options: McpStdioOptions): Promise<void> {
  const { input = process.stdin, output = process.stdout, drainMs = DEFAULT_DRAIN_MS } = options
  const session = sessionOf(options, await options.caller())
  const deps = createMcp(options)
  // A stray console.log of some package would be taken for a message.
  if (output === process.stdout) globalThis.console = new Console(process.stderr)
  return new Promise((resolve) => {
    const stop = () => void transport.drain(drainMs)
    const transport = stdioTransport({ input, output }, { onEnd: stop, onClosed: ended })
    for (const signal of STOP_SIGNALS) process.once(signal, stop)
    serveStdio(() => sdkServer(deps, session.service, () => session), {
      transport,
      onerror: options.logError,
    })

    function ended(): void {
      for (const signal of STOP_SIGNALS) process.off(signal, stop)
      resolve()
    }
  })
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

function sessionOf({ services, service, caller, logError }: McpStdioOptions, { policy }: Caller): McpSession {
  const info = services.find(service)
  const reachable = services.list().filter(({ name, isActive }) => isActive && policy.reaches(name))
  if (!info || !reachable.some(({ name }) => name === info.name)) {
    const names = reachable.map(({ name }) => name)
    throw new AppError('not_found', `There is no service '${service}' for this caller.`, {
      hint: `Services: ${names.join(', ') || 'none'}.`,
      didYouMean: nearest(service, names),
    })
  }
  const report = (error: AppError) => {
    if (isOurs(error)) logError(error)
  }
  return { service: info.name, caller, report }
}
