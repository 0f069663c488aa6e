import type { Cell } from './world.ts'

/** A condition as the tests make it: they print it for the server, and the reference reads it as it is. */
export type Condition =
  | {
      readonly is: 'compare'
      readonly path: readonly string[]
      readonly field: string
      readonly op: Operator
      readonly value: Cell
    }
  | {
      readonly is: 'in'
      readonly path: readonly string[]
      readonly field: string
      readonly values: readonly Cell[]
      readonly not: boolean
    }
  | {
      readonly is: 'between'
      readonly path: readonly string[]
      readonly field: string
      readonly low: Cell
      readonly high: Cell
      readonly not: boolean
    }
  | {
      readonly is: 'text'
      readonly path: readonly string[]
      readonly field: string
      readonly op: TextOperator
      readonly value: string
      readonly not: boolean
    }
  | { readonly is: 'null'; readonly path: readonly string[]; readonly field: string; readonly not: boolean }
  | { readonly is: 'and' | 'or'; readonly all: readonly Condition[] }
  | { readonly is: 'not'; readonly condition: Condition }

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>='
type TextOperator = 'like' | 'contains' | 'starts with' | 'ends with'

export interface OrderTerm {
  readonly by: string
  readonly direction: 'asc' | 'desc'
  readonly nulls?: 'first' | 'last' | undefined
}

export interface RelatedPart {
  readonly relation: string
  readonly fields?: readonly string[] | undefined
  readonly filter?: Condition | undefined
  readonly order: readonly OrderTerm[]
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly related: readonly RelatedPart[]
}

export const FUNCTIONS = ['COUNT', 'COUNT_DISTINCT', 'SUM', 'MIN', 'MAX', 'AVG'] as const
export interface AggregatePart {
  readonly function: (typeof FUNCTIONS)[number]
  readonly field: string
  readonly alias: string
}

export interface ListCase {
  readonly table: string
  readonly fields?: readonly string[] | undefined
  readonly filter?: Condition | undefined
  readonly order: readonly OrderTerm[]
  readonly limit: number
  readonly offset: number
  readonly distinct: boolean
  /** `include_count` */
  readonly counted: boolean
  readonly related: readonly RelatedPart[]
  readonly groups?: {
    readonly by: readonly string[]
    readonly aggregates: readonly AggregatePart[]
    /** Over aliases and grouped fields. */
    readonly having?: Condition | undefined
  }
}

/** The request as a client writes it. */
export function inputOf(one: ListCase): object {
  const { table, fields, filter, order, limit, offset, distinct, counted, related, groups } = one
  const calls = groups?.aggregates.map(({ function: name, field, alias }) => `${alias}:${name}(${field})`)
  const asked = groups ? [...groups.by, ...(calls ?? [])] : fields
  return {
    table_name: table,
    include_count: counted,
    limit,
    offset,
    ...(asked && { fields: asked }),
    ...(filter && { filter: printed(filter) }),
    ...(order.length > 0 && { order: orderText(order) }),
    ...(distinct && { distinct }),
    ...(groups && groups.by.length > 0 && { group: groups.by }),
    ...(groups?.having && { having: printed(groups.having) }),
    ...(related.length > 0 && {
      related: pathsOf(related, ''),
      related_options: Object.fromEntries(optionsOf(related, '')),
    }),
  }
}

function pathsOf(parts: readonly RelatedPart[], above: string): string[] {
  return parts.flatMap(({ relation, related }) => [
    above + relation,
    ...pathsOf(related, `${above}${relation}.`),
  ])
}

function optionsOf(parts: readonly RelatedPart[], above: string): (readonly [string, object])[] {
  return parts.flatMap(({ relation, fields, filter, order, limit, offset, related }) => [
    [
      above + relation,
      {
        ...(fields && { fields }),
        ...(filter && { filter: printed(filter) }),
        ...(order.length > 0 && { order: orderText(order) }),
        ...(limit !== undefined && { limit }),
        ...(offset !== undefined && { offset }),
      },
    ] as const,
    ...optionsOf(related, `${above}${relation}.`),
  ])
}

function orderText(order: readonly OrderTerm[]): string {
  return order
    .map(({ by, direction, nulls }) => `${by} ${direction}${nulls ? ` nulls ${nulls}` : ''}`)
    .join(', ')
}

function printed(condition: Condition): string {
  switch (condition.is) {
    case 'and':
    case 'or':
      return condition.all.map((part) => `(${printed(part)})`).join(` ${condition.is} `)
    case 'not':
      return `not (${printed(condition.condition)})`
    default:
      return `${[...condition.path, condition.field].join('.')} ${comparison(condition)}`
  }
}

function comparison(condition: Exclude<Condition, { is: 'and' | 'or' } | { is: 'not' }>): string {
  const not = 'not' in condition && condition.not ? 'not ' : ''
  switch (condition.is) {
    case 'compare':
      return `${condition.op} ${literal(condition.value)}`
    case 'in':
      return `${not}in (${condition.values.map(literal).join(', ')})`
    case 'between':
      return `${not}between ${literal(condition.low)} and ${literal(condition.high)}`
    case 'text':
      return `${not}${condition.op} ${literal(condition.value)}`
    case 'null':
      return `is ${not}null`
  }
}

function literal(value: Cell): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}
