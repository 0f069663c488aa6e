import { schemaRef } from './describe-call.ts'
import { type JsonSchema, oneOfWords } from './json-schema.ts'

/** One of the relations that may be read along; behind a dot, a relation of that one. */
export function relationSchema(names: readonly string[]): JsonSchema {
  const starts = names.filter((name) => name !== '*').map(literal)
  return { anyOf: [oneOfWords(names), { type: 'string', pattern: `^(${starts.join('|')})\\.` }] }
}

/** `related`, of the relations that the schema of this name has, and of others; nothing without any. */
export function relatedParameter(relation: string | undefined, others: readonly string[] = []): JsonSchema[] {
  const all = [
    ...(relation === undefined ? [] : [schemaRef(relation)]),
    ...(others.length > 0 ? [oneOfWords(others)] : []),
  ]
  const [items, ...more] = all
  if (!items) return []
  return [
    {
      name: 'related',
      in: 'query',
      description: 'Relations to read along, separated by commas.',
      style: 'form',
      explode: false,
      schema: { type: 'array', items: more.length > 0 ? { anyOf: all } : items },
    },
  ]
}

/** As a pattern that means itself (ECMA-262, with the flag u). */
function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
