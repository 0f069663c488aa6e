import type { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import type { AskPerson } from '../core/confirmation.ts'
import { AppError, isOutdated } from '../core/errors.ts'
import type { CountStep, Operation, OperationContext } from '../core/operation.ts'
import type { Access, Verb } from '../core/policy.ts'
import type { DatabaseService, Services } from '../core/service.ts'
import { limitedWrites } from './database/limited-writes.ts'
import { tableResource } from './database/table-access.ts'
import { servicesFor } from './field-view/services-for.ts'
import { refusal } from './refusal.ts'
import { tableNamedFor } from './table-named.ts'
import { deadlineOf } from './time-limit.ts'

export interface OperationRequest {
  readonly service: string
  readonly input: unknown
  readonly caller: Caller
  readonly services: Services
  readonly signal: AbortSignal
  readonly countStep?: CountStep | undefined
  readonly askPerson?: AskPerson | undefined
  readonly onProgress?: OperationContext['onProgress']
  readonly imports?: OperationContext['imports']
}

/**
 * The pipeline every request takes, whatever its door: parse, decide, open, check capabilities, run.
 * Throws AppError only where the steps do; the doors turn anything else into a mute `internal`.
 */
export async function execute<I, O>(operation: Operation<I, O>, request: OperationRequest): Promise<O> {
  const { caller, signal, countStep, askPerson, onProgress, imports } = request
  const services = servicesFor(caller.policy, request.services)
  const given = parseInput(operation.input, request.input)
  const info = services.find(request.service)
  if (!info) throw unknownService(request.service)
  const input = info.isActive ? await withOwnTable(given, info.name, request) : given
  const lacking = operation.needs.find((capability) => !services.capabilities(info.name).has(capability))
  if (lacking) throw new AppError('not_supported', `Service '${info.name}' does not support ${lacking}.`)
  const resource = operation.resource(input)
  const { access, verb } = decide(operation, info.name, resource, caller)
  if (!access.allowed) {
    const verbs = verb === operation.verb ? ([verb] as const) : ([operation.verb, verb] as const)
    throw await refusal({ ...request, service: info.name, resource, verbs, reason: access.reason })
  }
  if (!info.isActive) throw new AppError('forbidden', `Service ${info.name} is deactivated.`)
  const opened = await services.open(info.name, signal)
  const service = verb === 'GET' ? opened : withLimits(opened, verb, caller)
  const deadline = deadlineOf(access.limits, signal)
  const context = {
    caller,
    service,
    access,
    verb,
    signal: deadline.signal,
    seal: services.seal,
    services,
    countStep,
    askPerson,
    onProgress,
    imports,
  }
  try {
    return await operation.run(input, context)
  } catch (error) {
    const shown = (thrown: unknown) => withoutSecrets(deadline.explain(thrown), resource, info.name, caller)
    if (!isOutdated(error)) throw shown(error)
    const renewed = service.schema({ signal, refresh: true })
    if (operation.verb === 'GET') {
      await renewed
      return await operation.run(input, context).catch((again: unknown) => Promise.reject(shown(again)))
    }
    // A write is not repeated: its caller meant a table of another form, and a routine may have kept part of its work.
    await renewed.catch(() => {})
    throw shown(error)
  }
}

/** What a role may write in one request is counted for all that the request writes. */
function withLimits(service: DatabaseService, verb: Verb, { policy }: Caller): DatabaseService {
  if (policy.limitsWrites === false) return service
  const limitsOf = (table: string, by: Verb) => {
    const access = policy.decide(service.info.name, tableResource('_table', table), by)
    return access.allowed ? access.limits : undefined
  }
  const updates = verb === 'PUT' ? 'PUT' : 'PATCH'
  return { ...service, adapter: limitedWrites(service.adapter, { updates, limitsOf }) }
}

/** Advice names fields: it is for those who may see the table's schema. */
export function withoutSecrets(
  error: unknown,
  resource: string,
  service: string,
  { policy }: Caller,
): unknown {
  if (!(error instanceof AppError) || (error.hint === undefined && error.didYouMean === undefined))
    return error
  const table = /^_table\/([^/]+)/.exec(resource)?.[1]
  if (table === undefined || policy.decide(service, `_schema/${table}`, 'GET').allowed) return error
  const { code, message, retryable, context, wireCode, cause } = error
  return new AppError(code, message, {
    retryable,
    context,
    cause,
    ...(wireCode === undefined ? {} : { wireCode }),
  })
}

/** Names of tables come before aliases, and the schema alone tells them: it is read before an alias counts. */
async function withOwnTable<I>(
  given: I,
  name: string,
  { caller, services, signal }: OperationRequest,
): Promise<I> {
  const named = tableNamedFor(caller, services, name)
  if (withTableNamed(given, named) === given) return given
  const service = await services.open(name, signal)
  await service.schema({ signal })
  return withTableNamed(given, named)
}

/** A table that was called by its alias goes by its own name from here on: that is the one that roles and schema know. */
export function withTableNamed<I>(input: I, tableNamed: (name: string) => string): I {
  if (typeof input !== 'object' || input === null) return input
  if (!('table_name' in input) || typeof input.table_name !== 'string') return input
  const table_name = tableNamed(input.table_name)
  return table_name === input.table_name ? input : { ...input, table_name }
}

export function parseInput<I>(schema: z.ZodType<I>, input: unknown): I {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
    .slice(0, MOST_ISSUES)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const [first] = issues
  // A rule about the whole input speaks for itself.
  if (first && parsed.error.issues[0]?.code === 'custom' && first.path === '')
    throw new AppError('bad_request', first.message)
  const told = issues.map(({ path, message }) => (path ? `'${path}': ${message}` : message)).join('; ')
  throw new AppError('bad_request', `Invalid input: ${told}`, { context: { issues } })
}

/** Most problems told at once. */
const MOST_ISSUES = 10

interface Decision {
  readonly access: Access
  readonly verb: Verb
}

/** Listings are open to whoever reaches anything in the service: they show only what the policy allows. */
export function decide<I, O>(
  { verb, lesserVerb, filtersItself }: Operation<I, O>,
  service: string,
  resource: string,
  { policy }: Caller,
): Decision {
  const access = policy.decide(service, resource, verb)
  if (access.allowed) return { access, verb }
  if (filtersItself && policy.reaches(service)) return { access: { allowed: true }, verb }
  if (lesserVerb === undefined) return { access, verb }
  return { access: policy.decide(service, resource, lesserVerb), verb: lesserVerb }
}

function unknownService(name: string): AppError {
  return new AppError('not_found', `Could not find a service for ${name}`)
}
