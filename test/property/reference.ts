import type { AggregatePart, Condition, ListCase, OrderTerm, RelatedPart } from './request.ts'
import { type Cell, type PlainRow, type Relation, relationOf, tableOf } from './world.ts'

export interface Expected {
  readonly rows: readonly unknown[]
  readonly total: number
}

/** What a list has to answer, worked out in the plainest way from the rows in memory. */
export function answerOf(one: ListCase): Expected {
  const { table, filter, order, limit, offset, distinct, groups } = one
  const found = tableOf(table).rows.filter((row) => !filter || truth(filter, row, table) === true)
  if (groups) {
    const all = grouped(found, groups.by, groups.aggregates).filter(
      (row) => !groups.having || truth(groups.having, row, undefined) === true,
    )
    const ordered = all.toSorted(byTerms(order))
    return { rows: ordered.slice(offset, offset + limit), total: all.length }
  }
  const fields = one.fields ?? Object.keys(tableOf(table).fields)
  const ties = distinct ? [] : tableOf(table).key.map((by) => ({ by, direction: 'asc' as const }))
  const ordered = found.toSorted(byTerms([...order, ...ties], table))
  if (distinct) {
    const shown = ordered.map((row) => only(fields, row))
    const texts = shown.map((row) => JSON.stringify(row))
    const different = shown.filter((_, at) => texts.indexOf(texts[at] ?? '') === at)
    return { rows: different.slice(offset, offset + limit), total: different.length }
  }
  const page = ordered.slice(offset, offset + limit)
  return { rows: page.map((row) => shown(row, table, fields, one.related)), total: ordered.length }
}

/** The fields asked for, the ones that relations start from, and the related records. */
function shown(
  row: PlainRow,
  table: string,
  fields: readonly string[],
  related: readonly RelatedPart[],
): object {
  const relations = related.map((part) => relationOf(table, part.relation))
  return {
    ...only([...fields, ...relations.map(({ here }) => here)], row),
    ...Object.fromEntries(related.map((part, at) => [part.relation, attached(row, part, relations[at])])),
  }
}

function attached(row: PlainRow, part: RelatedPart, relation: Relation | undefined): unknown {
  if (!relation) return undefined
  const { to, isMany } = relation
  const { key, fields } = tableOf(to)
  const ordered = relatives(row, relation)
    .filter((other) => !part.filter || truth(part.filter, other, to) === true)
    .toSorted(byTerms([...part.order, ...key.map((by) => ({ by, direction: 'asc' as const }))], to))
  const list = ordered.map((other) => shown(other, to, part.fields ?? Object.keys(fields), part.related))
  if (!isMany) return list[0] ?? null
  const start = part.offset ?? 0
  return list.slice(start, part.limit === undefined ? undefined : start + part.limit)
}

function relatives(row: PlainRow, { to, here, there, through }: Relation): readonly PlainRow[] {
  const value = row[here] ?? null
  if (value === null) return []
  if (!through) return tableOf(to).rows.filter((other) => other[there] === value)
  const links = tableOf(through.table).rows.filter((link) => link[through.here] === value)
  const keys = new Set(links.map((link) => link[through.there]))
  return tableOf(to).rows.filter((other) => keys.has(other[there]))
}

type Truth = boolean | undefined

/** Three values: undefined is unknown. Without a table there are no relations. */
function truth(condition: Condition, row: PlainRow, table: string | undefined): Truth {
  switch (condition.is) {
    case 'and':
      return allOf(ofOneRecord(flat(condition), table).map((parts) => together(parts, row, table)))
    case 'or':
      return not(allOf(condition.all.map((part) => not(truth(part, row, table)))))
    case 'not':
      return not(truth(condition.condition, row, table))
    default: {
      const [head, ...rest] = condition.path
      if (head === undefined || table === undefined)
        return comparison(condition, row[condition.field] ?? null)
      const relation = relationOf(table, head)
      const inner = { ...condition, path: rest }
      if (relation.isMany)
        return relatives(row, relation).some((other) => truth(inner, other, relation.to) === true)
      const [one] = relatives(row, relation)
      if (one) return truth(inner, one, relation.to)
      const isToMany = leadsToMany(rest, relation.to)
      if (isToMany) return undefined
      return condition.is === 'null' ? !condition.not : undefined
    }
  }
}

function leadsToMany(path: readonly string[], table: string): boolean {
  const [head, ...rest] = path
  if (head === undefined) return false
  const relation = relationOf(table, head)
  return relation.isMany || leadsToMany(rest, relation.to)
}

/** Parts of AND that are about one relation to many are about one record of it. */
function together(parts: readonly Condition[], row: PlainRow, table: string | undefined): Truth {
  const [first] = parts
  const head = first && table !== undefined ? manyOf(first, table) : undefined
  if (!first) return true
  if (head === undefined || table === undefined) return truth(first, row, table)
  const relation = relationOf(table, head)
  const inner: Condition = { is: 'and', all: parts.map(behind) }
  return relatives(row, relation).some((other) => truth(inner, other, relation.to) === true)
}

function ofOneRecord(parts: readonly Condition[], table: string | undefined): (readonly Condition[])[] {
  const lists = new Map<string, Condition[]>()
  const alone: Condition[][] = []
  for (const part of parts) {
    const head = table === undefined ? undefined : manyOf(part, table)
    if (head === undefined) alone.push([part])
    else lists.set(head, [...(lists.get(head) ?? []), part])
  }
  return [...alone, ...lists.values()]
}

/** The relation to many that all of a condition is about. */
function manyOf(condition: Condition, table: string): string | undefined {
  if (condition.is === 'not') return undefined
  if ('all' in condition) {
    const heads = new Set(condition.all.map((part) => manyOf(part, table)))
    return heads.size === 1 ? [...heads][0] : undefined
  }
  const [head] = condition.path
  return head !== undefined && relationOf(table, head).isMany ? head : undefined
}

function behind(condition: Condition): Condition {
  if ('all' in condition) return { ...condition, all: condition.all.map(behind) }
  if (condition.is === 'not') return { ...condition, condition: behind(condition.condition) }
  return { ...condition, path: condition.path.slice(1) }
}

/** AND inside of AND is one AND. */
function flat(condition: Condition): readonly Condition[] {
  return condition.is === 'and' ? condition.all.flatMap(flat) : [condition]
}

function allOf(parts: readonly Truth[]): Truth {
  if (parts.includes(false)) return false
  return parts.includes(undefined) ? undefined : true
}

function not(value: Truth): Truth {
  return value === undefined ? undefined : !value
}

type Comparison = Exclude<Condition, { is: 'and' | 'or' } | { is: 'not' }>

function comparison(condition: Comparison, cell: Cell): Truth {
  if (condition.is === 'null') return (cell === null) !== condition.not
  if (cell === null) return undefined
  switch (condition.is) {
    case 'compare': {
      const order = compared(cell, condition.value)
      const holds = {
        '=': order === 0,
        '!=': order !== 0,
        '<': order < 0,
        '<=': order <= 0,
        '>': order > 0,
        '>=': order >= 0,
      }
      return holds[condition.op]
    }
    case 'in':
      return condition.values.some((value) => compared(cell, value) === 0) !== condition.not
    case 'between':
      return (compared(cell, condition.low) >= 0 && compared(cell, condition.high) <= 0) !== condition.not
    case 'text':
      return pattern(condition.op, condition.value).test(String(cell)) !== condition.not
  }
}

/** The case of ASCII letters does not count; other letters are themselves. */
function pattern(op: 'like' | 'contains' | 'starts with' | 'ends with', text: string): RegExp {
  const whole = [...text].map((letter) => {
    if (op === 'like' && letter === '%') return '[^]*'
    if (op === 'like' && letter === '_') return '[^]'
    if (/[a-z]/i.test(letter)) return `[${letter.toLowerCase()}${letter.toUpperCase()}]`
    return letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
  })
  const start = op === 'like' || op === 'starts with' ? '^' : ''
  const end = op === 'like' || op === 'ends with' ? '$' : ''
  return new RegExp(`${start}${whole.join('')}${end}`, 'u')
}

/** Null is smallest; text goes by code point. */
function compared(a: Cell, b: Cell): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? -1 : 1
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return Number(a) - Number(b)
}

function byTerms(terms: readonly OrderTerm[], table?: string): (a: PlainRow, b: PlainRow) => number {
  return (a, b) => {
    for (const { by, direction, nulls } of terms) {
      const [left, right] = [cellAt(by, a, table), cellAt(by, b, table)]
      const order = compared(left, right)
      if (order === 0) continue
      if (nulls && (left === null || right === null)) return (left === null) === (nulls === 'first') ? -1 : 1
      return direction === 'asc' ? order : -order
    }
    return 0
  }
}

/** A cell of the row, or of the one record that each relation before a dot leads to. */
function cellAt(by: string, row: PlainRow, table: string | undefined): Cell {
  const [head = '', ...rest] = by.split('.')
  if (rest.length === 0 || table === undefined) return row[by] ?? null
  const relation = relationOf(table, head)
  const [one] = relatives(row, relation)
  return one ? cellAt(rest.join('.'), one, relation.to) : null
}

function grouped(
  rows: readonly PlainRow[],
  by: readonly string[],
  aggregates: readonly AggregatePart[],
): PlainRow[] {
  const keys = rows.map((row) => JSON.stringify(by.map((field) => row[field])))
  const groups =
    by.length === 0 ? [rows] : [...new Set(keys)].map((key) => rows.filter((_, at) => keys[at] === key))
  return groups.map((members) => ({
    ...only(by, members[0] ?? {}),
    ...Object.fromEntries(aggregates.map((one) => [one.alias, aggregate(one, members)])),
  }))
}

function aggregate({ function: name, field }: AggregatePart, rows: readonly PlainRow[]): Cell {
  if (field === '*') return rows.length
  const cells = rows.map((row) => row[field] ?? null).filter((cell) => cell !== null)
  const sum = cells.reduce<number>((total, cell) => total + Math.round(Number(cell) * 100), 0) / 100
  const sorted = cells.toSorted(compared)
  switch (name) {
    case 'COUNT':
      return cells.length
    case 'COUNT_DISTINCT':
      return new Set(cells).size
    case 'SUM':
      return cells.length === 0 ? null : sum
    case 'AVG':
      return cells.length === 0 ? null : sum / cells.length
    case 'MIN':
      return sorted[0] ?? null
    case 'MAX':
      return sorted.at(-1) ?? null
  }
}

function only(fields: readonly string[], row: PlainRow): PlainRow {
  return Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))
}
