import { resolve } from 'node:path'
import { z } from 'zod'
import type { Json } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import type { ServiceType } from '../core/service-type.ts'
import { CONFIG_PURPOSE, MASK, type Secrets } from './secrets.ts'

/** As this layer uses service types: a name and the schema of their config. */
export interface ConfiguredType extends Pick<ServiceType, 'name' | 'config'> {
  /** One that the server itself has, and no request makes another. */
  readonly isSingleton?: true
  readonly group?: string
}

export type ServiceConfig = { readonly [key: string]: Json }

/** For the database: secret fields as `{ "$encrypted": "…" }`. */
export function sealConfig(
  config: ServiceConfig,
  type: ConfiguredType | undefined,
  secrets: Secrets,
): ServiceConfig {
  return changeMarked(config, type, 'secret', (value) => ({
    $encrypted: secrets.encrypt(JSON.stringify(value), CONFIG_PURPOSE),
  }))
}

/** From the database. A secret that cannot be decrypted stays as it is: the service then does not open, the others do. */
export function openConfig(config: ServiceConfig, secrets: Secrets): ServiceConfig {
  return mapObject(config, (value) => openValue(value, secrets))
}

/** For answers: secret fields as ten stars (dreamfactory-rest §7.3). */
export function maskConfig(config: ServiceConfig, type: ConfiguredType | undefined): ServiceConfig {
  return changeMarked(config, type, 'secret', () => MASK)
}

/** Fields marked `.meta({ path: true })`, relative to a folder, as absolute paths; `:memory:` and the like stay. */
export function resolvePaths(
  config: ServiceConfig,
  type: ConfiguredType | undefined,
  folder: string,
): ServiceConfig {
  return changeMarked(config, type, 'path', (value) =>
    typeof value === 'string' && !value.startsWith(':') ? resolve(folder, value) : value,
  )
}

/** The keys a config of this type may have. */
export function configKeys(type: ConfiguredType): string[] {
  return Object.keys(configSchema(type).properties ?? {})
}

/** Every key with its default; null where there is none. */
export function configDefaults(type: ConfiguredType): ServiceConfig {
  const properties = Object.entries(configSchema(type).properties ?? {})
  return Object.fromEntries(properties.map(([key, node]) => [key, node.default ?? null]))
}

/** Undefined for anything but an object. */
export function toConfig(value: Json | undefined): ServiceConfig | undefined {
  return value !== undefined && isObject(value) ? value : undefined
}

function openValue(value: Json, secrets: Secrets): Json {
  if (Array.isArray(value)) return value.map((item: Json) => openValue(item, secrets))
  if (!isObject(value)) return value
  const { $encrypted: sealed } = value
  if (typeof sealed !== 'string') return mapObject(value, (item) => openValue(item, secrets))
  try {
    return z.json().parse(JSON.parse(secrets.decrypt(sealed, CONFIG_PURPOSE)))
  } catch (error) {
    if (error instanceof AppError) return value
    throw error
  }
}

/** Changes the values of fields whose zod schema has this mark; null and empty text stay. */
export function changeMarked(
  config: ServiceConfig,
  type: ConfiguredType | undefined,
  mark: 'secret' | 'path',
  change: (value: Json, path: readonly string[]) => Json,
): ServiceConfig {
  if (!type) return config
  const schema = configSchema(type)
  const walk = (value: Json, nodes: readonly SchemaNode[], path: readonly string[]): Json => {
    const all = nodes.flatMap((node) => [
      node,
      ...(node.anyOf ?? []),
      ...(node.oneOf ?? []),
      ...(node.allOf ?? []),
    ])
    if (value === null || value === '') return value
    if (all.some((node) => node[mark] === true)) return change(value, path)
    if (Array.isArray(value))
      return value.map((item: Json, at) => walk(item, childrenOf(all, undefined), [...path, String(at)]))
    return isObject(value)
      ? mapObject(value, (item, key) => walk(item, childrenOf(all, key), [...path, key]))
      : value
  }
  return mapObject(config, (value, key) => walk(value, childrenOf([schema], key), [key]))
}

/** Made once a type: it takes milliseconds. */
export function configSchema({ config }: ConfiguredType): SchemaNode {
  const known = SCHEMAS.get(config)
  if (known) return known
  const made = schemaNode.parse(z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }))
  SCHEMAS.set(config, made)
  return made
}

const SCHEMAS = new WeakMap<ConfiguredType['config'], SchemaNode>()

/** What is read of JSON Schema; zod puts the keys of `.meta()` beside the others. */
export interface SchemaNode {
  readonly default?: Json | undefined
  readonly secret?: unknown
  readonly path?: unknown
  /** The value is the id of such a record. */
  readonly refersTo?: string | undefined
  readonly properties?: { readonly [key: string]: SchemaNode } | undefined
  readonly items?: SchemaNode | undefined
  readonly anyOf?: readonly SchemaNode[] | undefined
  readonly oneOf?: readonly SchemaNode[] | undefined
  readonly allOf?: readonly SchemaNode[] | undefined
}

const schemaNode: z.ZodType<SchemaNode> = z.lazy(() =>
  z.object({
    default: z.json().optional(),
    secret: z.unknown().optional(),
    path: z.unknown().optional(),
    refersTo: z.string().optional(),
    properties: z.record(z.string(), schemaNode).optional(),
    items: schemaNode.optional(),
    anyOf: z.array(schemaNode).optional(),
    oneOf: z.array(schemaNode).optional(),
    allOf: z.array(schemaNode).optional(),
  }),
)

/** The schemas of a field, or of an array's items. */
function childrenOf(nodes: readonly SchemaNode[], key: string | undefined): SchemaNode[] {
  const child = (node: SchemaNode) =>
    key === undefined
      ? node.items
      : Object.hasOwn(node.properties ?? {}, key)
        ? node.properties?.[key]
        : undefined
  return nodes.flatMap((node) => child(node) ?? [])
}

function isObject(value: Json): value is ServiceConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapObject(value: ServiceConfig, change: (item: Json, key: string) => Json): ServiceConfig {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]))
}
