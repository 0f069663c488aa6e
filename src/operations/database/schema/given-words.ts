import { type FieldExtras, FUNCTION_USES } from '../../../core/database/extras.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { plainText } from '../../../core/plain-text.ts'
import { type GivenObject, givenObject, present } from './given-object.ts'

/** What is kept beside the database; null: no more. */
export type GivenWords = {
  readonly [K in keyof Omit<FieldExtras, 'virtual' | 'extraType'>]?: FieldExtras[K] | null
}

/** Throws `bad_request`. */
export function givenWords(given: GivenObject, field: string): GivenWords {
  return present({
    alias: given.text('alias'),
    label: given.text('label'),
    description: given.text('description'),
    picklist: given.list('picklist'),
    validation: givenValidation(given, field),
    functions: givenFunctions(given, field),
    clientInfo: given.get('client_info'),
  })
}

function givenValidation(given: GivenObject, field: string): GivenWords['validation'] {
  const value = given.get('validation')
  if (value === undefined) return undefined
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return null
  const names = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : undefined
  // `["not_null"]` and `not_null,email` are rules without options.
  if (names) return Object.fromEntries(names.map((name) => [plainText(name).trim(), {}]))
  if (isRecord(value)) return value
  throw new AppError('bad_request', `'validation' of the field '${field}' must be an object of rules.`)
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `[{"use":["SELECT"],"function":"UPPER({value})"}]` */
function givenFunctions(given: GivenObject, field: string): GivenWords['functions'] {
  const value = given.get('db_function')
  if (value === undefined) return undefined
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return null
  return [value].flat().map((one) => {
    const keys = new Set(['use', 'function', 'function_type'])
    const rule = givenObject(one, `db_function of the field '${field}'`, keys)
    const text = rule.text('function')
    const uses = (rule.list('use') ?? ['SELECT']).map((use) =>
      FUNCTION_USES.find((known) => known === use.toUpperCase()),
    )
    if (!text || uses.some((use) => use === undefined))
      throw new AppError(
        'bad_request',
        `'db_function' of the field '${field}' needs a function and where it is used.`,
        {
          hint: `{"use": ["SELECT"], "function": "UPPER({value})"}; uses: ${FUNCTION_USES.join(', ')}`,
        },
      )
    return { uses: uses.flatMap((use) => use ?? []), text }
  })
}
