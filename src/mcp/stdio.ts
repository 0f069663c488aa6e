import { Console } from 'node:console'
import type { Server } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Caller } from '../core/caller.ts'
import { AppError, isOurs } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import { createMcp, type McpOptions } from './create-mcp.ts'
import { type AnySession, type ManySession, reachedServices } from './many-session.ts'
import { manyServer } from './sdk-many.ts'
import { sdkServer, sendEvent } from './sdk-server.ts'
import { type StdioStreams, stdioTransport } from './stdio-transport.ts'
import { isSubscription, MOST_URIS, subscribedUris, type WatchedUris, watchedUris } from './subscription.ts'
import { watchChanges } from './watch.ts'

export interface McpStdioOptions extends McpOptions, Partial<StdioStreams> {
  /** Undefined: all that the caller may use. */
  readonly service: string | undefined
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
  const { service } = options
  const caller = await options.caller()
  const session = service === undefined ? allOf(options) : sessionOf(options, service, caller)
  const deps = limitedCalls(createMcp(options), options)
  // A stray console.log of some package would be taken for a message.
  if (output === process.stdout) globalThis.console = new Console(process.stderr)
  const watched = watchedUris()
  return new Promise((resolve) => {
    const stop = () => void transport.drain(drainMs)
    const transport = stdioTransport({ input, output }, { onEnd: stop, onClosed: ended, onMessage: heard })
    for (const signal of STOP_SIGNALS) process.once(signal, stop)
    serveStdio(() => watchingServer(deps, session, watched), { transport, onerror: options.logError })

    function heard(message: unknown): void {
      const uris = isSubscription(message) ? subscribedUris(message) : []
      for (const uri of uris) if (watched.uris.size < MOST_URIS) watched.uris.add(uri)
      if (uris.length > 0) void watched.added()
    }

    function ended(): void {
      for (const signal of STOP_SIGNALS) process.off(signal, stop)
      resolve()
    }
  })
}

/** Who speaks through this process comes from no address: all such processes are one. */
const ADDRESS = 'stdio'

/** Over HTTP the door counts calls; here they count where they are counted against the other limits. */
function limitedCalls(deps: McpDeps, { callLimits }: McpStdioOptions): McpDeps {
  if (!callLimits) return deps
  return {
    ...deps,
    async countCall(caller, service, call) {
      await callLimits.count(caller, ADDRESS)
      await deps.countCall(caller, service, call)
    },
  }
}

/** A server that tells its client of changes for as long as it is connected. */
function watchingServer(deps: McpDeps, session: AnySession, watched: WatchedUris): Server {
  const server =
    session.service === undefined
      ? manyServer(deps, () => session, watched)
      : sdkServer(deps, session.service, () => session, watched)
  const watch = watchChanges(deps, session, { watched, onEnd: () => {} })
  watch.listen((event) => void sendEvent(server, event).catch(server.onerror))
  server.onclose = watch.stop
  return server
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

function allOf(options: McpStdioOptions): ManySession {
  const { caller } = options
  const renewed = async () => {
    await caller()
    return allOf(options)
  }
  return { service: undefined, caller, renewed, report: reporter(options) }
}

function sessionOf(options: McpStdioOptions, service: string, now: Caller): McpSession {
  const { services, caller } = options
  const info = services.find(service)
  const reachable = reachedServices(services, now)
  if (!info || !reachable.some(({ name }) => name === info.name)) {
    const names = reachable.map(({ name }) => name)
    throw new AppError('not_found', `There is no service '${service}' for this caller.`, {
      hint: `Services: ${names.join(', ') || 'none'}.`,
      didYouMean: nearest(service, names),
    })
  }
  const renewed = async () => sessionOf(options, service, await caller())
  return { service: info.name, caller, renewed, report: reporter(options) }
}

function reporter({ logError }: McpStdioOptions): (error: AppError) => void {
  return (error) => {
    if (isOurs(error)) logError(error)
  }
}
