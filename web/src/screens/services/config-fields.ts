import type { ConfigField } from '../../api/records.ts'
import type { AnyRecord } from '../../api/wire.ts'
import type { FormField, FormValues } from '../../records/form-field.ts'

/** The fields of a form for the configuration of a type. Their names are `config.host`, as the API calls them in its problems. */
export function configFields(schema: readonly ConfigField[]): readonly FormField[] {
  const listed = schema.filter(({ name }) => !OF_OTHER_PRODUCTS.has(name))
  const isShort = listed.length < 8
  return [
    ...listed.filter((field) => isShort || isMain(field)).map((field) => fieldOf(field)),
    ...(isShort ? [] : listed.filter((field) => !isMain(field)).map((field) => fieldOf(field, MORE))),
  ]
}

/** `{ 'config.host': … }` → what the API takes; nothing where nothing of the configuration is named. */
export function configIn(values: FormValues): AnyRecord {
  const own = Object.entries(values).filter(([name]) => !name.startsWith(PREFIX))
  const config = Object.entries(values)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), value])
  return { ...Object.fromEntries(own), ...(config.length > 0 && { config: Object.fromEntries(config) }) }
}

/** A record of the API → what the form holds: what its configuration does not name has the default. */
export function withConfigValues(
  record: AnyRecord,
  config: AnyRecord,
  schema: readonly ConfigField[],
): FormValues {
  const values = schema.map((field) => [PREFIX + field.name, config[field.name] ?? field.default])
  return { ...record, ...Object.fromEntries(values) }
}

/** Without what is empty or the default: the configuration of a new service names what somebody chose. */
export function chosenOf(values: FormValues, schema: readonly ConfigField[]): FormValues {
  const defaults = new Map(
    schema.map((field) => [PREFIX + field.name, JSON.stringify(field.default ?? null)]),
  )
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        !name.startsWith(PREFIX) ||
        (value !== null && value !== '' && JSON.stringify(value) !== defaults.get(name)),
    ),
  )
}

const PREFIX = 'config.'
const MORE = 'More settings'

/** What a type requires, and how it is reached; everything else has a default that does. */
function isMain({ name, required }: ConfigField): boolean {
  return required || MAIN.has(name)
}

const MAIN: ReadonlySet<string> = new Set([
  'host',
  'port',
  'database',
  'username',
  'password',
  'service_name',
  'sid',
])

/** Taken for configurations of other products; without effect. */
const OF_OTHER_PRODUCTS: ReadonlySet<string> = new Set(['options', 'attributes'])

function fieldOf(field: ConfigField, section?: string): FormField {
  const { name, description, required, minimum, maximum } = field
  const words = {
    name: PREFIX + name,
    label: LABELS[name] ?? sentenceCase(name),
    isRequired: required,
    initial: field.default,
    ...(section !== undefined && { section }),
    ...(description !== null && { description: description.replaceAll('`', '') }),
  }
  const resource = REFERENCES.find(({ ending }) => name.endsWith(ending))?.resource
  if (resource) return { ...words, kind: 'reference', resource }
  switch (field.type) {
    case 'password':
      return { ...words, kind: 'secret' }
    case 'boolean':
      return { ...words, kind: 'switch' }
    case 'integer':
    case 'float':
      return {
        ...words,
        kind: 'number',
        ...(minimum !== undefined && { minimum }),
        ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
      }
    case 'picklist':
      return {
        ...words,
        kind: 'choice',
        choices: (field.values ?? []).map((one) => ({ value: String(one.name), label: one.label })),
      }
    case 'array':
      return Array.isArray(field.default) ? { ...words, kind: 'texts' } : { ...words, kind: 'json' }
    case 'object':
      return { ...words, kind: 'pairs' }
    default:
      return { ...words, kind: 'text' }
  }
}

/** `pool_size` → Pool size */
function sentenceCase(name: string): string {
  const words = name.replace(/_id$/, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const REFERENCES = [
  { ending: '_service_id', resource: 'service' },
  { ending: '_template_id', resource: 'email_template' },
  { ending: '_role_id', resource: 'role' },
  { ending: '_app_id', resource: 'app' },
] as const

/** Where the name alone makes no good label. */
const LABELS: Readonly<Record<string, string>> = {
  url: 'Connection URL',
  username: 'User name',
  cache_ttl: 'Cache time',
  sslmode: 'Encryption',
  open_reg_email_service_id: 'E-mail service for registrations',
  open_reg_email_template_id: 'E-mail template for registrations',
  open_reg_role_id: 'Role of people who register',
  app_role_map: 'Roles by app of people who register',
}
