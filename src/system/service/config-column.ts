import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { nearest } from '../../core/names.ts'
import { requireConfigRight } from '../rights/service-right.ts'
import { MASK } from '../secrets.ts'
import {
  type ConfiguredType,
  configKeys,
  openConfig,
  type ServiceConfig,
  sealConfig,
  toConfig,
} from '../service-config.ts'
import type { Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'
import { requireConfigReferences } from './require-config-references.ts'

/** The config as it is stored, checked by the service's type; nothing where it stays as it is. */
export async function configColumn(given: Given, context: WriteContext): Promise<{ readonly config?: Json }> {
  if (context.stored && given.config === undefined) return {}
  const { type, config, before } = checkedConfig(given, context)
  requireConfigRight({ before, after: config, type }, context)
  await requireConfigReferences(config, type, context)
  return { config: sealConfig(config, type, context.tools.secrets) }
}

/** The config that a request would lead to, and the type of its service. */
export function configToTry(
  given: Given,
  context: WriteContext,
): { readonly type: string; readonly config: ServiceConfig } {
  const { type, config, before } = checkedConfig(given, context)
  requireConfigRight({ before, after: config, type }, context)
  return { type: type.name, config }
}

/** Throws `bad_request` with every problem by key: `config.host`. */
function checkedConfig(
  given: Given,
  context: WriteContext,
): { type: ConfiguredType; config: ServiceConfig; before: ServiceConfig } {
  const { stored, tools, options } = context
  const name = stored?.type ?? given.type
  const type = tools.types.find((known) => known.name === name)
  if (!type) throw invalid({ type: [`The service type '${String(name)}' is not known to this version.`] })
  const before = openConfig(toConfig(stored?.config) ?? {}, tools.secrets)
  const wanted = toConfig(given.config ?? (stored ? before : {}))
  // An empty object comes as an empty list from clients that have one thing for both.
  const isEmptyList = Array.isArray(given.config) && given.config.length === 0
  if (!wanted && !isEmptyList && given.config !== null)
    throw invalid({ config: ['The config field must be an object.'] })
  const filled = keepMasked(wanted ?? {}, before, 'config')
  const config = withoutNulls(options.replace ? filled : { ...before, ...filled }, new Set(configKeys(type)))
  const parsed = type.config.safeParse(config)
  if (parsed.success) return { type, config, before }
  throw invalid(problemsOf(parsed.error.issues, type))
}

type Issues = NonNullable<ReturnType<ConfiguredType['config']['safeParse']>['error']>['issues']

function problemsOf(issues: Issues, type: ConfiguredType): Record<string, string[]> {
  const problems: Record<string, string[]> = {}
  for (const issue of issues) {
    const path = ['config', ...issue.path.map(String)].join('.')
    if (issue.code !== 'unrecognized_keys')
      problems[path] = [...(problems[path] ?? []), `${path}: ${issue.message}.`]
    else
      for (const key of issue.keys) {
        const [near] = issue.path.length === 0 ? nearest(key, configKeys(type)) : []
        const advice = near === undefined ? '' : ` Did you mean '${near}'?`
        problems[`${path}.${key}`] = [`${path}.${key} is not a known key.${advice}`]
      }
  }
  return problems
}

/** The mask stands for what is stored in its place. */
function keepMasked(given: ServiceConfig, before: Json | undefined, path: string): ServiceConfig {
  const stored = before !== undefined ? toConfig(before) : undefined
  const entries = Object.entries(given)
    // What answers add.
    .filter(([key]) => !(path === 'config' && key === 'service_id'))
    .map(([key, value]): [string, Json] => {
      const kept = stored && Object.hasOwn(stored, key) ? stored[key] : undefined
      if (value === MASK) return [key, storedSecret(kept, `${path}.${key}`)]
      const inner = toConfig(value)
      return [key, inner ? keepMasked(inner, kept, `${path}.${key}`) : value]
    })
  return Object.fromEntries(entries)
}

function storedSecret(stored: Json | undefined, path: string): Json {
  if (stored !== undefined && stored !== null) return stored
  throw invalid({ [path]: [`${path}: the mask stands for a stored value, and there is none.`] })
}

/** Null takes a key away; one that no service of this type has is left to be refused. */
function withoutNulls(config: ServiceConfig, known: ReadonlySet<string>): ServiceConfig {
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => value !== null || !known.has(key)),
  )
}

function invalid(problems: Readonly<Record<string, string[]>>): AppError {
  return new AppError('bad_request', `Invalid data supplied. ${Object.values(problems).flat().join(' ')}`, {
    context: problems,
  })
}
