/** One comparison of the filter builder (docs/filters.md). */
export interface Condition {
  readonly field: string
  readonly operator: Operator
  /** As typed; two for `between`, any number for `in`. */
  readonly values: readonly string[]
}

/** How many values each operator takes. */
export const OPERATORS = {
  '=': 'one',
  '!=': 'one',
  '>': 'one',
  '>=': 'one',
  '<': 'one',
  '<=': 'one',
  contains: 'one',
  'starts with': 'one',
  'ends with': 'one',
  in: 'many',
  'not in': 'many',
  between: 'two',
  'is null': 'none',
  'is not null': 'none',
} as const
export type Operator = keyof typeof OPERATORS

export function isOperator(text: string): text is Operator {
  return text in OPERATORS
}

/** Conditions that all or any have to hold, as a filter. */
export function filterText(conditions: readonly Condition[], joiner: 'and' | 'or'): string {
  return conditions.map(conditionText).join(` ${joiner} `)
}

function conditionText({ field, operator, values }: Condition): string {
  const name = nameText(field)
  const [first = '', second = ''] = values
  switch (OPERATORS[operator]) {
    case 'none':
      return `${name} ${operator}`
    case 'one':
      return `${name} ${operator} ${valueText(first)}`
    case 'two':
      return `${name} ${operator} ${valueText(first)} and ${valueText(second)}`
    case 'many':
      return `${name} ${operator} (${values.map(valueText).join(', ')})`
  }
}

const PLAIN_NAME = /^[a-z_]\w*$/i
const WORDS =
  /^(?:and|or|not|in|like|is|null|between|contains|starts|ends|with|eq|ne|gt|gte|lt|lte|true|false)$/i

/** A name as filters and orders take it. */
export function nameText(name: string): string {
  if (PLAIN_NAME.test(name) && !WORDS.test(name)) return name
  return name.includes('"') ? `\`${name}\`` : `"${name}"`
}

/** A value that is compared as it is; the server reads it by the type of its field. */
export function valueText(value: string): string {
  return /^-?\d{1,15}(?:\.\d+)?$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`
}
