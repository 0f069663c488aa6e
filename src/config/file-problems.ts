import { z } from 'zod'
import { didYouMean, nearest } from '../core/names.ts'
import { type FileContents, fileSchema } from './file-schema.ts'

/** One sentence an issue: the JSON path, what is wrong, and the nearest valid key or value. */
export function problemsOf(error: z.ZodError, file: unknown): string[] {
  return error.issues.flatMap((issue) => {
    const path = pathText(issue.path)
    if (issue.code !== 'unrecognized_keys')
      return [`${path || 'The file'}: ${messageOf(issue, valueAt(file, issue.path))}`]
    const known = keysAt(issue.path)
    return issue.keys.map((key) => {
      const hint = didYouMean(nearest(key, known)) || `Keys here: ${known.join(', ')}.`
      return `${path ? `${path}.` : ''}${key}: this key is not known. ${hint}`
    })
  })
}

/** Names that clash. */
export function refusedNames({
  services,
  roles,
  apps,
  tools,
  identity_providers,
  oauth_clients,
}: FileContents): string[] {
  return [
    ...twice(
      'services',
      services.map(({ name }) => name),
    ),
    ...twice(
      'roles',
      roles.map(({ name }) => name),
    ),
    ...twice(
      'apps',
      apps.map(({ name }) => name),
    ),
    ...keysTwice(apps),
    ...twice(
      'tools',
      tools.map(({ name }) => name),
    ),
    ...twice(
      'identity_providers',
      identity_providers.map(({ issuer }) => issuer),
      'issuer',
    ),
    ...twice(
      'oauth_clients',
      oauth_clients.map(({ client_id }) => client_id),
      'client_id',
    ),
  ]
}

function twice(list: string, names: readonly string[], key = 'name'): string[] {
  const lower = names.map((name) => name.toLowerCase())
  return names.flatMap((name, at) => {
    const first = lower.indexOf(name.toLowerCase())
    return first === at
      ? []
      : [`${list}[${at}].${key}: '${name}' is the ${key} of ${list}[${first}] already.`]
  })
}

function keysTwice(apps: FileContents['apps']): string[] {
  return apps.flatMap(({ api_key }, at) => {
    const first = apps.findIndex((other) => other.api_key === api_key)
    return api_key === undefined || first === at
      ? []
      : [`apps[${at}].api_key: apps[${first}] has the same key.`]
  })
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type' && value === undefined) return 'is missing.'
  if (issue.code === 'invalid_type') {
    return issue.expected === 'int' ? 'must be a whole number.' : `must be of type ${issue.expected}.`
  }
  const values = issue.code === 'invalid_value' && typeof value === 'string' ? issue.values.map(String) : []
  return `${issue.message}. ${didYouMean(nearest(String(value), values))}`.trim()
}

/** `roles[0].access[1].filters` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    value,
  )
}

/** The keys that an object at this path may have. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const schema = path.reduce<unknown>(
    (at, step) => valueAt(at, typeof step === 'number' ? ['items'] : ['properties', step]),
    JSON_SCHEMA,
  )
  const properties = valueAt(schema, ['properties'])
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}

const JSON_SCHEMA = z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' })
