import { Decimal128 } from 'mongodb'
import type { Aggregate } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import { typesIn } from './column-type.ts'
import type { Place } from './filter-query.ts'
import type { Output } from './output.ts'
import { isKnown, orNull, type Pipeline, pathValue, type ServerDocument } from './pipeline.ts'
import type { Scope } from './scope.ts'

export interface Grouping {
  readonly stages: Pipeline
  readonly outputs: readonly Output[]
  /** Of a field that is grouped by, or of an aggregate. */
  place(name: string): Place
}

/** One document for each group with a key for each field and aggregate; one in all without fields. */
export function groupStages(
  groupBy: readonly string[],
  aggregates: readonly Aggregate[],
  scope: Scope,
): Grouping {
  const keys = groupBy.map((name, n) => ({ key: `k${n}`, name, place: scope.plain(name) }))
  const made = aggregates.map((aggregate, n) => computed(aggregate, `a${n}`, scope))
  const before = scope.take()
  const sums = Object.fromEntries(made.flatMap(({ sums }) => sums))
  const values = Object.fromEntries(made.map(({ key, value }) => [key, value]))
  const named = Object.fromEntries(keys.map(({ key }) => [key, `$_id.${key}`]))
  const _id = Object.fromEntries(keys.map(({ key, place }) => [key, orNull(pathValue(place.path))]))
  const project = { $project: { _id: 0, ...named, ...values } }
  const stages =
    keys.length > 0 ? [{ $group: { _id, ...sums } }, project] : [...oneGroup(sums, made), project]
  const outputs = [
    ...keys.map(({ key, name, place }): Output => ({ key, name, type: place.type })),
    ...made.map(({ output }) => output),
  ]
  return {
    stages: [...before, ...stages],
    outputs,
    place(name) {
      const field = keys.find((one) => one.name === name)
      if (field) return { ...field.place, path: field.key }
      const aggregate = made.find(({ output }) => output.name === name)
      if (aggregate) return { ...aggregate.place, path: aggregate.key }
      throw new AppError('bad_request', `Field '${name}' does not exist.`, { context: { field: name } })
    },
  }
}

/** There is a group also where there is no row. */
function oneGroup(sums: ServerDocument, made: readonly Computed[]): Pipeline {
  const empty = Object.fromEntries(made.flatMap((one) => one.empty))
  return [
    { $facet: { groups: [{ $group: { _id: null, ...sums } }] } },
    { $project: { group: { $arrayElemAt: ['$groups', 0] } } },
    { $project: { group: { $cond: [isKnown('$group'), '$group', { $literal: empty }] } } },
    { $replaceRoot: { newRoot: '$group' } },
  ]
}

interface Computed {
  readonly key: string
  /** Accumulators, by their keys. */
  readonly sums: readonly (readonly [string, ServerDocument])[]
  /** What they are without any row. */
  readonly empty: readonly (readonly [string, unknown])[]
  /** What the aggregate is, made of them. */
  readonly value: unknown
  readonly place: Omit<Place, 'path'>
  readonly output: Output
}

const WHOLE: Omit<Place, 'path'> = { type: 'integer', dbType: 'decimal' }

function computed(aggregate: Aggregate, key: string, scope: Scope): Computed {
  const { function: name, field, alias, distinct } = aggregate
  const output = { key, name: alias }
  if (field === '*')
    return { key, sums: [[key, { $sum: 1 }]], empty: [[key, 0]], value: `$${key}`, place: WHOLE, output }
  const place = scope.plain(field)
  const value = pathValue(place.path)
  if (name === 'COUNT_DISTINCT' || distinct) return ofSet(aggregate, key, place)
  const known = { $sum: { $cond: [isKnown(value), 1, 0] } }
  if (name === 'COUNT')
    return { key, sums: [[key, known]], empty: [[key, 0]], value: `$${key}`, place: WHOLE, output }
  if (name === 'MIN' || name === 'MAX') {
    const sum = { [name === 'MIN' ? '$min' : '$max']: value }
    return {
      key,
      sums: [[key, sum]],
      empty: [[key, null]],
      value: orNull(`$${key}`),
      place,
      output: { ...output, type: place.type },
    }
  }
  const counter = `n${key}`
  return {
    key,
    sums: [
      [key, name === 'SUM' ? { $sum: exact(value, place) } : { $avg: value }],
      [counter, known],
    ],
    empty: [
      [key, null],
      [counter, 0],
    ],
    value: { $cond: [{ $gt: [`$${counter}`, 0] }, `$${key}`, null] },
    place: numberPlace(name, place),
    output: { ...output, isMean: name === 'AVG' },
  }
}

/** Of each value once. */
function ofSet({ function: name, alias }: Aggregate, key: string, place: Place): Computed {
  const set = { $setDifference: [`$${key}`, [null]] }
  const isCount = name === 'COUNT' || name === 'COUNT_DISTINCT'
  const operator = { SUM: '$sum', AVG: '$avg', MIN: '$min', MAX: '$max' } as const
  const over = isCount ? undefined : { [operator[name]]: set }
  const value = over ? { $cond: [{ $gt: [{ $size: set }, 0] }, over, null] } : { $size: set }
  const keepsType = name === 'MIN' || name === 'MAX'
  const stored = name === 'SUM' ? exact(pathValue(place.path), place) : pathValue(place.path)
  return {
    key,
    sums: [[key, { $addToSet: orNull(stored) }]],
    empty: [[key, []]],
    value,
    place: isCount ? WHOLE : keepsType ? place : numberPlace(name, place),
    output: { key, name: alias, isMean: name === 'AVG', ...(keepsType && { type: place.type }) },
  }
}

function numberPlace(name: string, place: Place): Omit<Place, 'path'> {
  return name === 'AVG' ? { type: 'double', dbType: 'double' } : { type: place.type, dbType: 'decimal' }
}

const ONE = Decimal128.fromString('1')

/** The server adds integers beyond 64 bits up as doubles: as decimals they keep every digit. */
function exact(value: string, { dbType }: Place): unknown {
  const { own } = typesIn(dbType)
  const isWhole = own.length > 0 && own.every((type) => type === 'int' || type === 'long')
  return isWhole ? { $cond: [isKnown(value), { $multiply: [value, ONE] }, null] } : value
}
