import { z } from 'zod'
import type { Json, Row } from '../../core/database/value.ts'
import { labelOf } from '../../operations/database/labels.ts'
import type { HouseType } from './house-types.ts'

/** A record of `system/service_type`, its `config_schema` made from the schema of its config (dreamfactory-rest §7.3). */
export function describeType(type: HouseType): Row {
  const { name, label, description, group, isSingleton, config } = type
  const schema = node.parse(z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }))
  const required = new Set(schema.required ?? [])
  return {
    name,
    label,
    description,
    group,
    singleton: isSingleton ?? false,
    dependencies_required: null,
    subscription_required: null,
    service_definition_editable: false,
    config_schema: Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
      field.unlisted === true ? [] : [describeField(key, field, required.has(key))],
    ),
  }
}

interface Node {
  readonly type?: string | undefined
  readonly description?: string | undefined
  readonly default?: Json | undefined
  readonly enum?: readonly Json[] | undefined
  readonly const?: Json | undefined
  readonly secret?: unknown
  readonly unlisted?: unknown
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly items?: Node | undefined
  readonly anyOf?: readonly Node[] | undefined
  readonly properties?: { readonly [key: string]: Node } | undefined
  readonly required?: readonly string[] | undefined
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    default: z.json().optional(),
    enum: z.array(z.json()).optional(),
    const: z.json().optional(),
    secret: z.unknown().optional(),
    unlisted: z.unknown().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    items: node.optional(),
    anyOf: z.array(node).optional(),
    properties: z.record(z.string(), node).optional(),
    required: z.array(z.string()).optional(),
  }),
)

function describeField(name: string, field: Node, required: boolean): Row {
  const type = typeOf(field)
  return {
    name,
    label: labelOf(name),
    type,
    description: field.description ?? null,
    default: field.default ?? null,
    required,
    allow_null: !required,
    ...(field.enum && { values: field.enum.map((value) => ({ label: String(value), name: value })) }),
    ...(type === 'array' && { items: field.items ? typeOf(field.items) : 'string' }),
    ...(type === 'object' && {
      object: { key: { label: 'Name', type: 'string' }, value: { label: 'Value', type: 'string' } },
    }),
    ...(field.minimum !== undefined && { minimum: field.minimum }),
    ...(field.maximum !== undefined && { maximum: field.maximum }),
  }
}

/** The type of a form field: what a secret is shown as, and a choice, are types of their own there. */
function typeOf(field: Node): string {
  if (field.secret === true) return 'password'
  if (field.enum) return 'picklist'
  const type = field.type ?? field.anyOf?.find((one) => one.type !== 'null')?.type ?? typeof field.const
  return type === 'number' ? 'float' : type === 'undefined' ? 'string' : type
}
