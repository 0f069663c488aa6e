import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { isReservedName } from '../core/reserved-names.ts'
import type { DeclaredConfig } from './declared-config.ts'
import { type ConfiguredType, resolvePaths } from './service-config.ts'
import type { Snapshot } from './snapshot.ts'
import type { WriteTools } from './write-context.ts'

/** What keeps the file from being applied: one sentence a problem, each with its JSON path. Empty when it can be. */
export function checkConfig(
  declared: DeclaredConfig,
  snapshot: Snapshot,
  { types, checkFilters, checkTool }: CheckTools,
): readonly string[] {
  const services = [...snapshot.services, ...declared.services].map(({ name }) => name)
  const roles = [...snapshot.roleById.values(), ...declared.roles].map(({ name }) => name)
  return [
    ...declared.services.flatMap((service, at) => [
      ...checkName(service.name, `services[${at}].name`),
      ...checkService(service, `services[${at}]`, { declared, snapshot, types }),
    ]),
    ...declared.roles.flatMap(({ rules }, at) =>
      rules.flatMap(({ service, filters }, rule) => {
        const path = `roles[${at}].access[${rule}]`
        const known = service === null ? [] : checkKnown(service, services, 'service', `${path}.service`)
        return [...known, ...problemOf(() => checkFilters(filters), `${path}.filters`)]
      }),
    ),
    ...declared.apps.flatMap(({ role }, at) =>
      role === undefined ? [] : checkKnown(role, roles, 'role', `apps[${at}].role`),
    ),
    ...(declared.tools ?? []).flatMap((tool, at) => [
      ...checkKnown(tool.service, services, 'service', `tools[${at}].service`),
      ...problemOf(() => checkTool(tool), `tools[${at}]`),
    ]),
  ]
}

export interface CheckTools {
  readonly types: readonly ConfiguredType[]
  readonly checkFilters: WriteTools['checkFilters']
  readonly checkTool: WriteTools['checkTool']
}

function problemOf(check: () => void, path: string): readonly string[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof AppError) return [`${path}: ${error.message}`]
    throw error
  }
}

interface Surroundings {
  readonly declared: DeclaredConfig
  readonly snapshot: Snapshot
  readonly types: readonly ConfiguredType[]
}

function checkService(
  service: DeclaredConfig['services'][number],
  path: string,
  { declared, snapshot, types }: Surroundings,
): readonly string[] {
  const names = types.map(({ name }) => name)
  const type = types.find(({ name }) => name === service.type)
  if (!type) return checkKnown(service.type, names, 'service type', `${path}.type`)
  const existing = snapshot.serviceByName.get(service.name.toLowerCase())
  if (existing && existing.type !== service.type) {
    return [
      `${path}.type: service '${service.name}' is there already with the type '${existing.type}', which cannot change.`,
    ]
  }
  const parsed = type.config.safeParse(resolvePaths(service.config, type, declared.baseDir))
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, type, `${path}.config`))
}

function describe(issue: z.core.$ZodIssue, { config }: ConfiguredType, path: string): string[] {
  const at = [path, ...issue.path.map(String)].join('.')
  if (issue.code !== 'unrecognized_keys') return [`${at}: ${issue.message}.`]
  const { properties = {} } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' })
  const known = issue.path.length === 0 ? Object.keys(properties) : []
  return issue.keys.map((key) => sentence(`${at}.${key} is not a known key.`, nearest(key, known)))
}

/** dreamfactory-rest §7.3 */
function checkName(name: string, path: string): string[] {
  if (isReservedName(name)) return [reservedName(name, path)]
  if (/^[A-Za-z0-9_-]{1,40}$/.test(name)) return []
  return [`${path}: '${name}' must be at most 40 letters, digits, underscores and dashes.`]
}

export function reservedName(name: string, path: string): string {
  return `${path}: '${name}' is a service of the server itself.`
}

/** A sentence with the nearest names, when the name is none of those that are known. */
export function checkKnown(name: string, known: readonly string[], what: string, path: string): string[] {
  if (known.some((candidate) => candidate.toLowerCase() === name.toLowerCase())) return []
  return [sentence(`${path}: there is no ${what} '${name}'.`, nearest(name, known))]
}

function sentence(problem: string, names: readonly string[]): string {
  return `${problem} ${didYouMean(names)}`.trim()
}
