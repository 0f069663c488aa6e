import type { Expression } from './expression.ts'
import type { FieldExtras } from './extras.ts'
import { type ColumnLookup, NotAnExpression, parseAggregate, parseExpression } from './parse-expression.ts'
import { type Field, storedColumn, type TableDefinition } from './schema.ts'

/** What a field's functions come to, by their use. */
export interface FieldExpressions {
  readonly select?: Expression
  readonly filter?: Expression
  readonly insert?: Expression
  readonly update?: Expression
}

/** By the names of columns, in any case; the exact spelling goes first. */
export function columnLookup({ fields }: Pick<TableDefinition, 'fields'>): ColumnLookup {
  const own = fields
    .filter(({ isVirtual }) => !isVirtual)
    .map((field) => ({ name: field.column ?? field.name, stored: storedColumn(field) }))
  return (name) => {
    const wanted = name.toLowerCase()
    return (own.find((one) => one.name === name) ?? own.find((one) => one.name.toLowerCase() === wanted))
      ?.stored
  }
}

/** The functions of a field that can be carried out; one that names a column which is gone is left out. */
export function fieldExpressions(
  { functions }: FieldExtras,
  columnOf: ColumnLookup,
): FieldExpressions | undefined {
  const found: { -readonly [K in keyof FieldExpressions]: FieldExpressions[K] } = {}
  for (const { uses, text } of functions ?? []) {
    const expression = parseExpression(text, columnOf)
    if (expression instanceof NotAnExpression) continue
    for (const use of uses) found[USE[use]] = expression
  }
  return Object.keys(found).length > 0 ? found : undefined
}

const USE = { SELECT: 'select', FILTER: 'filter', INSERT: 'insert', UPDATE: 'update' } as const

/** A field that is no column, as callers see it; undefined when its function cannot be carried out any more. */
export function virtualField(name: string, kept: FieldExtras, columnOf: ColumnLookup): Field | undefined {
  const { virtual } = kept
  if (!virtual) return undefined
  const facts = {
    name,
    type: virtual.type,
    dbType: '',
    allowNull: true,
    autoIncrement: false,
    isGenerated: true,
    isVirtual: true,
  } as const
  const selected = kept.functions?.find(({ uses }) => uses.includes('SELECT'))
  if (virtual.isAggregate) {
    const aggregate = selected && parseAggregate(selected.text, columnOf)
    if (!aggregate || aggregate instanceof NotAnExpression) return undefined
    return { ...facts, isAggregate: true, aggregate }
  }
  const expressions = fieldExpressions(kept, columnOf)
  return expressions?.select ? { ...facts, expressions } : undefined
}
