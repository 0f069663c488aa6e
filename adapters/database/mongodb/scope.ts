import type { ExistsFilter, Join, Order, Through } from '../../../src/core/database/query.ts'
import type { Field, Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { findByName } from '../../../src/core/names.ts'
import { dbTypeOf, storedTypes } from './column-type.ts'
import { expressionQuery } from './expression-query.ts'
import { type FilterScope, filterQuery, type Place } from './filter-query.ts'
import { isKnown, OWN, orNull, type Pipeline, pathValue, type ServerDocument } from './pipeline.ts'
import { isName } from './sample.ts'

/**
 * The fields of a collection as the stages of one pipeline name them. What has to be made first (computed fields, rows of other
 * collections) is kept in stages that `take` hands out: they go before the stage that was written with the names.
 */
export class Scope implements FilterScope {
  readonly #table: Table
  #stages: ServerDocument[] = []
  readonly #made = new Map<string, Place>()
  readonly #joins = new Map<string, string>()
  #count = 0

  constructor(table: Table) {
    this.#table = table
  }

  /** The stages that were needed since this was asked last. */
  take(): Pipeline {
    const stages = this.#stages
    this.#stages = []
    return stages
  }

  field(name: string): Field {
    const field = findByName(this.#table.fieldByName, name)
    if (field) return field
    throw new AppError('bad_request', `Field '${name}' does not exist.`, { context: { field: name } })
  }

  /** As the field is compared. */
  place(name: string): Place {
    const { expressions } = this.field(name)
    return expressions?.filter ? this.#computed(name, 'filter') : this.plain(name)
  }

  /** As it is stored, or computed where it is no column: for orders and groups. */
  plain(name: string): Place {
    const field = this.field(name)
    if (field.isVirtual) return this.#computed(name, 'select')
    return { path: columnOf(field), type: field.type, dbType: field.dbType }
  }

  /** The expression for what is read of a field. */
  read(name: string): unknown {
    const field = this.field(name)
    const { select } = field.expressions ?? {}
    return select ? this.#expression(field, select) : pathValue(columnOf(field))
  }

  exists({ table, fields, refFields, where }: ExistsFilter): string {
    return this.#lookUp({ table, fields, refFields, ...(where && { where }) }, [
      { $limit: 1 },
      { $project: { _id: 1 } },
    ])
  }

  join({ alias, from, table, fields, refFields, where }: Join): void {
    const as = `${OWN}${++this.#count}`
    this.#joins.set(alias, as)
    const prefix = from === undefined ? '' : `${this.#joined(from)}.`
    const own = from === undefined ? fields.map((name) => columnOf(this.field(name))) : fields
    const keys = own.map((column) => pathValue(`${prefix}${column}`))
    this.#stages.push(
      { $lookup: lookup({ table, keys, refFields, where, as }, [{ $limit: 1 }]) },
      { $unwind: { path: pathValue(as), preserveNullAndEmptyArrays: true } },
    )
  }

  /** The path that a row is ordered by. */
  order({ by, through }: Pick<Order, 'by' | 'through'>): string {
    if (!through) return this.plain(by).path
    const list = this.#lookUp(through, [
      {
        $sort: Object.fromEntries(
          through.table.primaryKey.map((name) => [new Scope(through.table).plain(name).path, 1]),
        ),
      },
      { $limit: 1 },
      ...behind(by, through),
    ])
    return this.make({ $arrayElemAt: [pathValue(`${list}.value`), 0] })
  }

  /** A path that holds what an expression comes to. */
  make(expression: unknown): string {
    const path = `${OWN}${++this.#count}`
    this.#stages.push({ $addFields: { [path]: expression } })
    return path
  }

  #lookUp({ table, fields, refFields, where }: Omit<Through, 'next'>, rest: Pipeline): string {
    const as = `${OWN}${++this.#count}`
    const keys = fields.map((name) => pathValue(this.plain(name).path))
    this.#stages.push({ $lookup: lookup({ table, keys, refFields, where, as }, rest) })
    return as
  }

  #computed(name: string, use: 'select' | 'filter'): Place {
    const key = `${use} ${name}`
    const known = this.#made.get(key)
    if (known) return known
    const field = this.field(name)
    const expression = field.expressions?.[use]
    if (!expression) throw new AppError('internal', 'A computed field has no function.')
    const path = this.make(this.#expression(field, expression))
    const place = { path, type: field.type, dbType: field.dbType || dbTypeOf(storedTypes(field.type), []) }
    this.#made.set(key, place)
    return place
  }

  #joined(alias: string): string {
    const path = this.#joins.get(alias)
    if (path !== undefined) return path
    throw new AppError('internal', 'A joined column stands where there is no join.')
  }

  #expression(field: Field, expression: Parameters<typeof expressionQuery>[0]): unknown {
    return expressionQuery(expression, {
      column: (column) => pathValue(column),
      joined: (join, column) => pathValue(`${this.#joined(join)}.${column}`),
      value: pathValue(columnOf(field)),
    })
  }
}

/** A path begins with no `$`: that would be a variable, or an operator. The schema lists none that does. */
export function columnOf({ name, column = name }: Pick<Field, 'name' | 'column'>): string {
  if (column.split('.').every(isName)) return column
  throw new AppError('bad_request', `The database takes no field of the name '${name}'.`, {
    context: { field: name },
  })
}

interface Lookup {
  readonly table: Table
  /** Expressions over the row outside. */
  readonly keys: readonly unknown[]
  readonly refFields: readonly string[]
  readonly where: ExistsFilter['where']
  readonly as: string
}

/** Null equals nothing. */
function lookup({ table, keys, refFields, where, as }: Lookup, rest: Pipeline): ServerDocument {
  const scope = new Scope(table)
  const equal = keys.flatMap((_, n) => {
    const other = pathValue(scope.plain(refFields[n] ?? '').path)
    return [isKnown(`$$key${n}`), { $eq: [other, `$$key${n}`] }]
  })
  const made = scope.take()
  return {
    from: table.name,
    let: Object.fromEntries(keys.map((key, n) => [`key${n}`, orNull(key)])),
    pipeline: [...made, { $match: { $expr: { $and: equal } } }, ...matchStages(where, scope), ...rest],
    as,
  }
}

/** The stages that leave the rows of a filter. */
export function matchStages(where: ExistsFilter['where'], scope: Scope): Pipeline {
  if (!where) return []
  const parts = where.op === 'and' ? where.all : [where]
  const first: ServerDocument[] = []
  const later: ServerDocument[] = []
  for (const part of parts) {
    const query = filterQuery(part, scope)
    const stages = scope.take()
    // What needs nothing made goes first: it can use an index.
    if (stages.length === 0 && later.length === 0) first.push(query)
    else later.push(...stages, { $match: query })
  }
  return [...first.filter((query) => Object.keys(query).length > 0).map(($match) => ({ $match })), ...later]
}

function behind(by: string, { table, next }: Through): Pipeline {
  const scope = new Scope(table)
  const path = scope.order({ by, ...(next && { through: next }) })
  return [...scope.take(), { $project: { _id: 0, value: pathValue(path) } }]
}
