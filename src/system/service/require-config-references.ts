import type { Filter } from '../../core/database/query.ts'
import type { Json } from '../../core/database/value.ts'
import { invalidRecord, type Problems } from '../crud/problems.ts'
import {
  type ConfiguredType,
  configSchema,
  type SchemaNode,
  type ServiceConfig,
  toConfig,
} from '../service-config.ts'
import type { WriteContext } from '../write-context.ts'

interface Reference {
  /** `config.open_reg_role_id` */
  readonly path: string
  /** What the schema's mark `refersTo` names: a table, or `email_service`. */
  readonly refersTo: string
  readonly id: number
}

/** Throws `bad_request` where a config holds the id of a record that is not there, or that is of another kind. */
export async function requireConfigReferences(
  config: ServiceConfig,
  type: ConfiguredType,
  { rows, tools }: WriteContext,
): Promise<void> {
  const mailers = new Set(tools.types.flatMap(({ name, group }) => (group === 'Email' ? [name] : [])))
  const problems: Problems = {}
  for (const { path, refersTo, id } of referencesOf(config, configSchema(type), 'config')) {
    const isMailer = refersTo === 'email_service'
    const where: Filter = { op: '=', field: 'id', value: id }
    const [row] = await rows(isMailer ? 'service' : refersTo, where)
    if (row && (!isMailer || mailers.has(String(row.type)))) continue
    const what = refersTo.replace('_', ' ')
    problems[path] = [`${path} names no ${what}: there is none with the id ${id}.`]
  }
  if (Object.keys(problems).length > 0) throw invalidRecord(problems)
}

function referencesOf(value: Json, node: SchemaNode | undefined, path: string): Reference[] {
  if (!node || value === null) return []
  if (typeof value === 'number')
    return node.refersTo === undefined ? [] : [{ path, refersTo: node.refersTo, id: value }]
  const inner = [node, ...(node.anyOf ?? [])]
  if (Array.isArray(value)) {
    const items = inner.find((one) => one.items)?.items
    return value.flatMap((item: Json, at) => referencesOf(item, items, `${path}.${at}`))
  }
  const properties = inner.find((one) => one.properties)?.properties ?? {}
  return Object.entries(toConfig(value) ?? {}).flatMap(([key, item]) =>
    Object.hasOwn(properties, key) ? referencesOf(item, properties[key], `${path}.${key}`) : [],
  )
}
