import { type App, openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import type { ServiceFlag } from '../config/service-url.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import type { AccessPolicy } from '../core/policy.ts'
import { declared, prepare } from './start.ts'

interface StdioOptions {
  readonly config: Config
  readonly flags: readonly ServiceFlag[]
  /** Names; none: all there are. */
  readonly services: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Serves one service, or several together, to the program that started us, over stdin and stdout, until stdin ends. */
export async function stdio({ config, flags, services, env }: StdioOptions): Promise<void> {
  const file = await declared(config, env)
  const app = await openApp(config, flags)
  try {
    await prepare(app, { file, print: () => {}, accounts: false })
    app.store.watch({
      onError: (error) => app.log.error({ err: error }, 'the system database cannot be read'),
    })
    const { serveMcpStdio } = await import('../mcp/stdio.ts')
    await serveMcpStdio({
      ...app.mcp,
      ...(app.mcp.calls && { calls: { ...app.mcp.calls, door: 'stdio' } }),
      service: services.length === 1 ? services[0] : undefined,
      caller: () => callerOf(config, requireServices(app, services), app.authenticator),
      logError: (error) => app.log.error({ err: error }, 'MCP call failed'),
    })
  } finally {
    await app.close()
  }
}

/** Of whoever starts this program, all services may be named. */
function requireServices({ services }: App, names: readonly string[]): readonly string[] {
  const known = services
    .list()
    .filter(({ isActive }) => isActive)
    .map((info) => info.name)
  const isKnown = (name: string) => known.some((one) => one.toLowerCase() === name.toLowerCase())
  const name = names.find((one) => !isKnown(one))
  if (name === undefined) return names.length > 0 ? names : known
  throw new AppError('not_found', `There is no service '${name}'.`, {
    hint: didYouMean(nearest(name, known)) || `Services: ${known.join(', ') || 'none'}.`,
  })
}

/** An API key or a role says who calls; without either, whoever starts this program may read. Of the services named, no other. */
async function callerOf(
  { apiKey, role }: Config,
  names: readonly string[],
  known: App['authenticator'],
): Promise<Caller> {
  if (apiKey !== undefined && role !== undefined) {
    throw new AppError('bad_request', 'Both SLUICE_API_KEY and SLUICE_ROLE are set.', {
      hint: 'Set the one that says who calls.',
    })
  }
  if (apiKey === undefined && role === undefined)
    return { ...LOCAL_READER, policy: within(names, LOCAL_READER.policy) }
  const caller = await (apiKey === undefined
    ? known.callerInRole(role ?? '')
    : known.authenticate({ apiKey }))
  // Of a single service the door itself takes care.
  return names.length === 1 ? caller : { ...caller, policy: within(names, caller.policy) }
}

const LOCAL_READER: Caller = {
  kind: 'local',
  label: 'local',
  lookups: new Map(),
  policy: {
    key: 'local-reader',
    reaches: () => true,
    decide: (_service, resource, verb) =>
      verb === 'GET'
        ? { allowed: true }
        : {
            allowed: false,
            reason: `${verb} access to '${resource}' is not allowed without a key or a role.`,
          },
  },
}

/** The policy, of these services alone. */
function within(names: readonly string[], policy: AccessPolicy): AccessPolicy {
  const own = new Set(names.map((name) => name.toLowerCase()))
  const isOwn = (service: string) => own.has(service.toLowerCase())
  return {
    ...policy,
    key: JSON.stringify(['within', [...own].toSorted(), policy.key]),
    reaches: (service) => isOwn(service) && policy.reaches(service),
    decide: (service, resource, verb) =>
      isOwn(service)
        ? policy.decide(service, resource, verb)
        : { allowed: false, reason: `'${resource}' is of a service that this program was not started for.` },
  }
}
