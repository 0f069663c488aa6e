import type { Json } from '../../core/database/value.ts'
import type { OpenApiDocument } from './document.ts'
import { isJsonObject } from './json-schema.ts'

type Fields = Readonly<Record<string, Json>>

/**
 * The paths of these tables and routines, with the schemas they use. A name that is hidden from the caller is not in the
 * document, so it leaves as little as one that does not exist.
 */
export function onlyResources(document: OpenApiDocument, wanted: readonly string[]): OpenApiDocument {
  const names = new Set(wanted.map((name) => name.toLowerCase()))
  const paths = Object.fromEntries(
    Object.entries(fieldsOf(document.paths)).filter(([path]) =>
      path.split('/').some((part) => names.has(decodedPart(part)?.toLowerCase() ?? '')),
    ),
  )
  const components = fieldsOf(document.components)
  const schemas = fieldsOf(components.schemas)
  const used = schemasUsed([paths, components.responses ?? null], schemas)
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  return { ...document, paths, components: { ...components, schemas: kept } }
}

/** A part of a path; undefined for one that is no text (somebody may have written it). */
export function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** Without the components that neither its paths nor the components they use refer to; ways to sign in stay. */
export function withUsedComponents(document: OpenApiDocument): OpenApiDocument {
  const components = fieldsOf(document.components)
  const used = new Set<string>()
  const visit = (value: Json) => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (!isJsonObject(value)) return
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string') visit(inner)
      else if (!used.has(inner)) {
        used.add(inner)
        const [, group = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(inner) ?? []
        visit(fieldsOf(components[group])[name] ?? null)
      }
    }
  }
  visit(document.paths ?? null)
  const kept = Object.entries(components).map(([group, members]) => {
    const isUsed = ([name]: [string, Json]) =>
      group === 'securitySchemes' || used.has(`#/components/${group}/${name}`)
    return [group, Object.fromEntries(Object.entries(fieldsOf(members)).filter(isUsed))] as const
  })
  return { ...document, ...(kept.length > 0 && { components: Object.fromEntries(kept) }) }
}

/** What there is to call, without schemas: for readers with little room. */
export function compacted(document: OpenApiDocument): OpenApiDocument {
  const shared = fieldsOf(fieldsOf(document.components).parameters)
  const endpoints = Object.entries(fieldsOf(document.paths)).flatMap(([path, calls]) =>
    Object.entries(fieldsOf(calls)).map(([method, described]) => {
      const { summary, operationId, parameters, requestBody } = fieldsOf(described)
      return {
        path,
        method: method.toUpperCase(),
        summary: summary ?? null,
        operationId: operationId ?? null,
        parameters: Array.isArray(parameters)
          ? parameters.map((one: Json) => parameterWords(one, shared))
          : [],
        has_request_body: requestBody !== undefined,
      }
    }),
  )
  const { openapi, info, servers, security } = document
  return {
    openapi: openapi ?? null,
    info: info ?? null,
    servers: servers ?? [],
    security: security ?? [],
    endpoints,
    endpoint_count: endpoints.length,
  }
}

/** `limit (query, integer)` */
function parameterWords(parameter: Json, shared: Fields): string {
  const given = fieldsOf(parameter)
  const { $ref } = given
  const { name, in: place, schema } = typeof $ref === 'string' ? fieldsOf(shared[lastOf($ref)]) : given
  const { type = 'any' } = fieldsOf(schema)
  return `${String(name)} (${String(place)}, ${Array.isArray(type) ? type.join(' or ') : String(type)})`
}

function schemasUsed(from: Json, schemas: Fields): ReadonlySet<string> {
  const used = new Set<string>()
  const visit = (value: Json) => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) return value.forEach(visit)
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string') visit(inner)
      else if (inner.startsWith('#/components/schemas/') && !used.has(lastOf(inner))) {
        used.add(lastOf(inner))
        visit(schemas[lastOf(inner)] ?? null)
      }
    }
  }
  visit(from)
  return used
}

function lastOf(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1)
}

function fieldsOf(value: Json | undefined): Fields {
  return isJsonObject(value) ? value : {}
}
