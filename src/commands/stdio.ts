import { type App, openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import type { ServiceFlag } from '../config/service-url.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import type { AccessPolicy } from '../core/policy.ts'
import { serveMcpStdio } from '../mcp/stdio.ts'
import { declared, prepare } from './start.ts'

interface StdioOptions {
  readonly config: Config
  readonly flags: readonly ServiceFlag[]
  readonly service: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Serves one service to the program that started us, over stdin and stdout, until stdin ends. */
export async function stdio({ config, flags, service, env }: StdioOptions): Promise<void> {
  const file = await declared(config, env)
  const app = await openApp(config, flags)
  try {
    await prepare(app, { file, print: () => {}, accounts: false })
    app.store.watch({
      onError: (error) => app.log.error({ err: error }, 'the system database cannot be read'),
    })
    await serveMcpStdio({
      ...app.mcp,
      service,
      caller: () => callerOf(config, requireService(app, service), app.authenticator),
      logError: (error) => app.log.error({ err: error }, 'MCP call failed'),
    })
  } finally {
    await app.close()
  }
}

/** Of whoever starts this program, all services may be named. */
function requireService({ services }: App, name: string): string {
  const known = services
    .list()
    .filter(({ isActive }) => isActive)
    .map((info) => info.name)
  if (known.some((one) => one.toLowerCase() === name.toLowerCase())) return name
  throw new AppError('not_found', `There is no service '${name}'.`, {
    hint: didYouMean(nearest(name, known)) || `Services: ${known.join(', ') || 'none'}.`,
  })
}

/** An API key or a role says who calls; without either, whoever starts this program may read that one service. */
async function callerOf(
  { apiKey, role }: Config,
  service: string,
  known: App['authenticator'],
): Promise<Caller> {
  if (apiKey !== undefined && role !== undefined) {
    throw new AppError('bad_request', 'Both SLUICE_API_KEY and SLUICE_ROLE are set.', {
      hint: 'Set the one that says who calls.',
    })
  }
  if (apiKey !== undefined) return known.authenticate({ apiKey })
  if (role !== undefined) return known.callerInRole(role)
  return { kind: 'local', policy: readOnly(service), label: 'local', lookups: new Map() }
}

function readOnly(name: string): AccessPolicy {
  const isIt = (service: string) => service.toLowerCase() === name.toLowerCase()
  return {
    key: `local-reader:${name.toLowerCase()}`,
    reaches: isIt,
    decide: (service, resource, verb) =>
      isIt(service) && verb === 'GET'
        ? { allowed: true }
        : {
            allowed: false,
            reason: `${verb} access to '${resource}' is not allowed without a key or a role.`,
          },
  }
}
