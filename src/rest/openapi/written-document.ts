import type { Json } from '../../core/database/value.ts'
import { type AccessPolicy, UNRESTRICTED, VERBS, type Verb } from '../../core/policy.ts'
import type { ServiceInfo } from '../../core/service.ts'
import { decodedPart, withUsedComponents } from './cut-document.ts'
import type { OpenApiDocument } from './document.ts'
import { isJsonObject, type JsonSchema } from './json-schema.ts'

/**
 * A document that somebody wrote for a service, as this caller may have it (dreamfactory-rest §10.1): of a bound caller only the
 * calls that the role allows, and of everything else what these refer to. Texts are the author's.
 */
export function writtenDocument(
  written: OpenApiDocument,
  { name, label, description }: Pick<ServiceInfo, 'name' | 'label' | 'description'>,
  policy: AccessPolicy,
): OpenApiDocument {
  const filled = filledIn(written, { name, label, description })
  const whole = { servers: [{ url: `/api/v2/${name}` }], ...(isJsonObject(filled) ? filled : {}) }
  return policy.key === UNRESTRICTED.key ? whole : cutTo(whole, name, policy)
}

/** `{service.name}` and the like stand for the service. */
function filledIn(value: Json, service: Readonly<Record<string, string>>): Json {
  if (typeof value === 'string')
    return value.replaceAll(
      /\{service\.(name|label|description)\}/g,
      (_, field: string) => service[field] ?? '',
    )
  if (Array.isArray(value)) return value.map((item: Json) => filledIn(item, service))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, service)]))
}

const KEPT = ['openapi', 'info', 'servers', 'security', 'components'] as const

function cutTo(document: OpenApiDocument, service: string, policy: AccessPolicy): OpenApiDocument {
  const { paths } = document
  const allowed = Object.entries(isJsonObject(paths) ? paths : {}).flatMap(([path, calls]) => {
    const usable = isJsonObject(calls) ? usableCalls(calls, componentOf(path), service, policy) : {}
    return VERBS.some((verb) => verb.toLowerCase() in usable) ? [[path, usable] as const] : []
  })
  const kept = KEPT.flatMap((key) => (document[key] === undefined ? [] : [[key, document[key]] as const]))
  return withUsedComponents({ ...Object.fromEntries(kept), paths: Object.fromEntries(allowed) })
}

/** What stands beside the verbs of a path is for all of them; verbs that no role names are left out. */
function usableCalls(
  calls: JsonSchema,
  component: string,
  service: string,
  policy: AccessPolicy,
): JsonSchema {
  const verbOf = (key: string): Verb | undefined => VERBS.find((verb) => verb.toLowerCase() === key)
  return Object.fromEntries(
    Object.entries(calls).filter(([key]) => {
      const verb = verbOf(key)
      return verb ? policy.decide(service, component, verb).allowed : key === 'parameters'
    }),
  )
}

/** `/_table/{table}` as `_table/` and a name that no rule has. */
function componentOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((part) => (part.includes('{') ? '\u0000' : (decodedPart(part) ?? '\u0000'))).join('/')
}
