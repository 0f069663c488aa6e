import type {
  FieldExtras,
  RelationExtras,
  TableExtras,
  VirtualRelation,
} from '../../../core/database/extras.ts'
import { columnLookup } from '../../../core/database/field-functions.ts'
import { NotAnExpression, parseAggregate, parseExpression } from '../../../core/database/parse-expression.ts'
import type { Field, TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import { patternOf, RULE_NAMES } from '../field-rules.ts'
import type { GivenField } from './given-field.ts'
import type { GivenTable } from './given-table.ts'
import { newName } from './new-name.ts'
import { relationAliases } from './relation-aliases.ts'
import { fieldWords } from './table-words.ts'

/** What is kept of a table after a request. `table` is as the database will have it. Throws `bad_request`. */
export function tableExtras(
  now: TableExtras,
  given: Pick<GivenTable, 'words' | 'fields'>,
  table: TableDefinition,
): TableExtras {
  if (typeof given.words.alias === 'string') newName(given.words.alias, 'alias')
  const kept = { ...withWords(now, given.words), fields: fieldsKept(now, given.fields ?? [], table) }
  requireDistinct(kept, table)
  requireNoRelation(given.fields ?? [], now, table)
  return fieldWords(kept, given.words, table)
}

/** Words that are null go, others are kept. */
export function withWords<T extends object>(now: T, words: { readonly [K in keyof T]?: T[K] | null }): T {
  const merged = Object.entries({ ...now, ...words }).filter(
    ([, value]) => value !== null && value !== undefined,
  )
  // Members of the same names and types, less those that were taken out.
  return Object.fromEntries(merged) as T
}

function fieldsKept(
  now: TableExtras,
  given: readonly GivenField[],
  { fields }: TableDefinition,
): TableExtras['fields'] {
  const columns = new Map(fields.map(({ name }) => [name.toLowerCase(), name]))
  const kept = new Map(Object.entries(now.fields))
  for (const one of given) {
    const name = nameOf(one, columns, kept)
    const isColumn = columns.has(name.toLowerCase())
    kept.set(name, fieldKept(kept.get(name) ?? {}, one, isColumn))
    requireSound(name, kept.get(name) ?? {}, fields)
  }
  const stays = ([name, field]: [string, FieldExtras]) =>
    Object.keys(field).length > 0 && (field.virtual !== undefined || columns.has(name.toLowerCase()))
  return Object.fromEntries([...kept].filter(stays))
}

/** The column that a request calls by its name or by its alias; or the name of something virtual. */
function nameOf(
  { name }: GivenField,
  columns: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, FieldExtras>,
): string {
  const wanted = name.toLowerCase()
  const aliased = [...kept].find(([, { alias }]) => alias?.toLowerCase() === wanted)?.[0]
  const virtual = [...kept.keys()].find((known) => known.toLowerCase() === wanted)
  return columns.get(wanted) ?? aliased ?? virtual ?? name
}

function fieldKept(now: FieldExtras, given: GivenField, isColumn: boolean): FieldExtras {
  const { alias } = given.words
  if (typeof alias === 'string') newName(alias, 'alias')
  const { extraType: before, ...rest } = withWords(now, given.words)
  // Another type says another thing; without one it stays.
  const extraType = given.type ? given.type.extraType : before
  const kept = { ...rest, ...(extraType && { extraType }) }
  if (isColumn) return kept
  newName(given.name, 'field')
  if (!kept.functions?.some(({ uses }) => uses.includes('SELECT')))
    throw new AppError(
      'bad_request',
      `The virtual field '${given.name}' needs a db_function that is used in SELECT.`,
      {
        hint: `{"db_function": [{"use": ["SELECT"], "function": "CONCAT(first_name, ' ', last_name)"}]}`,
        context: { field: given.name },
      },
    )
  const type = given.type?.type ?? now.virtual?.type ?? 'string'
  const isAggregate = given.isAggregate ?? now.virtual?.isAggregate ?? false
  return { ...kept, virtual: { type, ...(isAggregate && { isAggregate }) } }
}

/** Functions and rules that could not be carried out are refused when they are said. */
function requireSound(
  name: string,
  { functions = [], validation = {}, virtual }: FieldExtras,
  fields: readonly Field[],
): void {
  const columnOf = columnLookup({ fields })
  for (const { text } of functions) {
    const parsed = virtual?.isAggregate ? parseAggregate(text, columnOf) : parseExpression(text, columnOf)
    if (parsed instanceof NotAnExpression)
      throw new AppError(
        'bad_request',
        `The function of the field '${name}' cannot be used: ${parsed.reason}`,
        {
          context: { field: name },
        },
      )
  }
  for (const [rule, options] of Object.entries(validation)) {
    const isPattern = rule !== 'match' || patternOf(Object(options).regexp) !== undefined
    if (RULE_NAMES.includes(rule) && isPattern) continue
    throw new AppError(
      'bad_request',
      `The rule '${rule.slice(0, 64)}' of the field '${name}' cannot be used.`,
      {
        hint: `Rules: ${RULE_NAMES.join(', ')}; match needs a regexp in base64.`,
        context: { field: name },
      },
    )
  }
}

/** No name of a field means two things. */
function requireDistinct({ fields }: TableExtras, { name: table, fields: columns }: TableDefinition): void {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  for (const [name, { virtual }] of Object.entries(fields)) {
    if (!virtual) continue
    if (taken.has(name.toLowerCase())) throw twice(name, table)
    taken.add(name.toLowerCase())
  }
  for (const { alias } of Object.values(fields)) {
    if (alias === undefined) continue
    if (taken.has(alias.toLowerCase())) throw twice(alias, table)
    taken.add(alias.toLowerCase())
  }
}

function requireNoRelation(fields: readonly GivenField[], now: TableExtras, table: TableDefinition): void {
  const taken = relationAliases(now)
  for (const { name, words } of fields)
    for (const one of [name, words.alias ?? name])
      if (taken.includes(one.toLowerCase())) throw twice(one, table.name)
}

function twice(name: string, table: string): AppError {
  return new AppError(
    'bad_request',
    `'${name}' is the name of another field or relation of '${table}' already.`,
    {
      context: { field: name },
    },
  )
}

/** The same, of a relation. */
export function relationKept(
  now: RelationExtras,
  words: Parameters<typeof withWords<RelationExtras>>[1],
): RelationExtras {
  if (typeof words.alias === 'string') newName(words.alias, 'alias')
  return withWords(now, words)
}

/** By what virtual relations are told apart: all that they relate (dreamfactory-rest §5.5). */
export function identityOf({
  type,
  fields,
  refServiceId,
  refTable,
  refFields,
  junction,
}: VirtualRelation): string {
  return JSON.stringify([
    type,
    fields,
    refServiceId ?? null,
    refTable,
    refFields,
    junction ?? null,
  ]).toLowerCase()
}
