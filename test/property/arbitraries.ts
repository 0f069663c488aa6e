import fc from 'fast-check'
import {
  type AggregatePart,
  type Condition,
  FUNCTIONS,
  type ListCase,
  type OrderTerm,
  type RelatedPart,
} from './request.ts'
import { type Cell, type Kind, tableOf, WORLD } from './world.ts'

/** Lists that a client may ask for, of every table. */
export const listCases: fc.Arbitrary<ListCase> = fc
  .constantFrom('customers', 'orders', 'items', 'staff')
  .chain((table) =>
    fc.oneof(
      { weight: 6, arbitrary: plainCases(table) },
      { weight: 1, arbitrary: distinctCases(table) },
      { weight: 3, arbitrary: groupCases(table) },
    ),
  )

const page = {
  counted: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  limit: fc.integer({ min: 1, max: 12 }),
  offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 })),
}
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

function plainCases(table: string): fc.Arbitrary<ListCase> {
  return fc.record({
    table: fc.constant(table),
    fields: maybe(fieldsOf(table)),
    filter: maybe(conditions(table)),
    order: orders(orderable(table)),
    ...page,
    distinct: fc.constant(false),
    related: related(table, 2),
  })
}

function distinctCases(table: string): fc.Arbitrary<ListCase> {
  return fieldsOf(table).chain((fields) =>
    fc.record({
      table: fc.constant(table),
      fields: fc.constant(fields),
      filter: maybe(conditions(table)),
      order: wholeOrder(fields),
      ...page,
      distinct: fc.constant(true),
      related: fc.constant([]),
    }),
  )
}

function groupCases(table: string): fc.Arbitrary<ListCase> {
  const names = Object.keys(tableOf(table).fields)
  return fc
    .tuple(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }), aggregateLists(table))
    .chain(([by, aggregates]) => {
      const kinds = kindsOfGroups(table, by, aggregates)
      return fc.record({
        table: fc.constant(table),
        filter: maybe(conditions(table)),
        order: by.length === 0 ? fc.constant([]) : groupOrder(by, aggregates),
        ...page,
        distinct: fc.constant(false),
        related: fc.constant([]),
        groups: fc.record({
          by: fc.constant(by),
          aggregates: fc.constant(aggregates),
          having: by.length === 0 ? fc.constant(undefined) : maybe(tree(leaf(kinds, []), 2)),
        }),
      })
    })
}

/** What has one value in a group, with its kind; averages are left out, for engines round them in different ways. */
function kindsOfGroups(
  table: string,
  by: readonly string[],
  aggregates: readonly AggregatePart[],
): Readonly<Record<string, Kind>> {
  const { fields } = tableOf(table)
  const ofAggregate = ({ function: name, field }: AggregatePart): Kind =>
    name === 'MIN' || name === 'MAX' ? (fields[field] ?? 'decimal') : 'decimal'
  return Object.fromEntries([
    ...by.map((name): [string, Kind] => [name, fields[name] ?? 'text']),
    ...aggregates
      .filter(({ function: name }) => name !== 'AVG')
      .map((one): [string, Kind] => [one.alias, ofAggregate(one)]),
  ])
}

function aggregateLists(table: string): fc.Arbitrary<AggregatePart[]> {
  const { fields } = tableOf(table)
  const takes = (name: string, field: string) =>
    name === 'COUNT' ||
    name === 'COUNT_DISTINCT' ||
    fields[field] === 'integer' ||
    fields[field] === 'decimal' ||
    ((name === 'MIN' || name === 'MAX') && fields[field] !== 'boolean')
  const pairs = FUNCTIONS.flatMap((name) =>
    Object.keys(fields)
      .filter((field) => takes(name, field))
      .map((field) => ({ function: name, field })),
  )
  return fc
    .array(fc.constantFrom(...pairs, { function: 'COUNT' as const, field: '*' }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((list) => list.map((one, at) => ({ ...one, alias: `x${at}` })))
}

function groupOrder(by: readonly string[], aggregates: readonly AggregatePart[]): fc.Arbitrary<OrderTerm[]> {
  const aliases = aggregates.filter(({ function: name }) => name !== 'AVG').map(({ alias }) => alias)
  const first = aliases.length === 0 ? fc.constant([]) : orders(aliases)
  return fc.tuple(first, wholeOrder(by)).map(([some, rest]) => [...some, ...rest])
}

/** All of these in some order, so that it decides. */
function wholeOrder(names: readonly string[]): fc.Arbitrary<OrderTerm[]> {
  return fc
    .tuple(...names.map(term))
    .chain((terms) => fc.shuffledSubarray(terms, { minLength: terms.length }))
}

function orders(names: readonly string[]): fc.Arbitrary<OrderTerm[]> {
  return fc
    .uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
    .chain((some) => fc.tuple(...some.map(term)))
}

/** Fields of the table, and of the records that it refers to. */
function orderable(table: string): string[] {
  const far = pathsFrom(table, 2).filter(({ isToOne }) => isToOne)
  return [
    ...Object.keys(tableOf(table).fields),
    ...far.flatMap(({ path, to }) =>
      Object.keys(tableOf(to).fields).map((name) => [...path, name].join('.')),
    ),
  ]
}

function term(by: string): fc.Arbitrary<OrderTerm> {
  return fc.record({
    by: fc.constant(by),
    direction: fc.constantFrom('asc', 'desc'),
    nulls: fc.constantFrom(undefined, undefined, 'first', 'last'),
  })
}

function fieldsOf(table: string): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...Object.keys(tableOf(table).fields)), { minLength: 1 })
}

function related(table: string, depth: number): fc.Arbitrary<RelatedPart[]> {
  const { relations } = tableOf(table)
  if (depth === 0 || relations.length === 0) return fc.constant([])
  return fc
    .uniqueArray(fc.constantFrom(...relations), { maxLength: 2 })
    .chain((some) => fc.tuple(...some.map(({ name, to, isMany }) => part(name, to, isMany, depth))))
}

function part(relation: string, to: string, isMany: boolean, depth: number): fc.Arbitrary<RelatedPart> {
  return fc.record({
    relation: fc.constant(relation),
    fields: maybe(fieldsOf(to)),
    filter: maybe(conditions(to, 1)),
    order: orders(orderable(to)),
    limit: isMany ? maybe(fc.integer({ min: 1, max: 3 })) : fc.constant(undefined),
    offset: isMany ? maybe(fc.integer({ min: 0, max: 2 })) : fc.constant(undefined),
    related: related(to, depth - 1),
  })
}

function conditions(table: string, depth = 3): fc.Arbitrary<Condition> {
  const paths = pathsFrom(table, 2)
  const own = leaf(tableOf(table).fields, [])
  const far = paths.map(({ path, to }) => leaf(tableOf(to).fields, path))
  return tree(
    far.length === 0
      ? own
      : fc.oneof({ weight: 2, arbitrary: own }, { weight: 1, arbitrary: fc.oneof(...far) }),
    depth,
  )
}

interface Path {
  readonly path: readonly string[]
  readonly to: string
  readonly isToOne: boolean
}

function pathsFrom(table: string, hops: number): Path[] {
  if (hops === 0) return []
  return tableOf(table).relations.flatMap(({ name, to, isMany }) => [
    { path: [name], to, isToOne: !isMany },
    ...pathsFrom(to, hops - 1).map((further) => ({
      path: [name, ...further.path],
      to: further.to,
      isToOne: further.isToOne && !isMany,
    })),
  ])
}

function tree(leaves: fc.Arbitrary<Condition>, depth: number): fc.Arbitrary<Condition> {
  if (depth === 0) return leaves
  const inner = tree(leaves, depth - 1)
  return fc.oneof(
    { weight: 3, arbitrary: leaves },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constantFrom('and' as const, 'or' as const),
        all: fc.array(inner, { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: inner.map((condition): Condition => ({ is: 'not', condition })) },
  )
}

/** A comparison of one of these fields, with values of its kind: those that are there, and some that are not. */
function leaf(fields: Readonly<Record<string, Kind>>, path: readonly string[]): fc.Arbitrary<Condition> {
  return fc.constantFrom(...Object.entries(fields)).chain(([field, kind]): fc.Arbitrary<Condition> => {
    const base = { path: fc.constant(path), field: fc.constant(field) }
    const value = VALUES[kind]
    const not = fc.boolean()
    const compare = fc.record({
      is: fc.constant('compare' as const),
      ...base,
      op: fc.constantFrom(...(kind === 'boolean' ? (['=', '!='] as const) : OPERATORS)),
      value,
    })
    const some: fc.Arbitrary<Condition>[] = [
      compare,
      compare,
      fc.record({ is: fc.constant('null' as const), ...base, not }),
      fc.record({
        is: fc.constant('in' as const),
        ...base,
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
        not,
      }),
    ]
    if (kind !== 'boolean')
      some.push(fc.record({ is: fc.constant('between' as const), ...base, low: value, high: value, not }))
    if (kind === 'text')
      some.push(
        fc.record({
          is: fc.constant('text' as const),
          ...base,
          op: fc.constantFrom(
            'like' as const,
            'contains' as const,
            'starts with' as const,
            'ends with' as const,
          ),
          value: fc.constantFrom('a', 'A%', '%a%', 'P', 'é', 'É', '_a%', '%', "'", 'per%', '1', ''),
          not,
        }),
      )
    return fc.oneof(...some)
  })
}

const OPERATORS = ['=', '!=', '<', '<=', '>', '>='] as const

const everyValue = (kind: Kind): readonly Cell[] =>
  [
    ...new Set(
      Object.values(WORLD).flatMap(({ fields, rows }) =>
        Object.keys(fields)
          .filter((field) => fields[field] === kind)
          .flatMap((field) => rows.map((row) => row[field] ?? null)),
      ),
    ),
  ].filter((cell) => cell !== null)

const VALUES: Readonly<Record<Kind, fc.Arbitrary<Cell>>> = {
  integer: fc.oneof(fc.constantFrom(...everyValue('integer')), fc.integer({ min: -5, max: 45 })),
  decimal: fc.oneof(fc.constantFrom(...everyValue('decimal')), fc.constantFrom(1, 2, 3, 7.5, -100)),
  text: fc.constantFrom(...everyValue('text'), 'zzz', 'PARIS'),
  boolean: fc.boolean(),
  date: fc.constantFrom(...everyValue('date'), '2024-03-02', '1999-12-31'),
}
