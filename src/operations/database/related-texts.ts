import { type CutRows, cutRows } from '../../core/database/cut-rows.ts'
import { endOfValue } from '../../core/database/json-cell.ts'
import type { SelectQuery, SelectResult } from '../../core/database/query.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { toJsonText } from '../../core/exact-json.ts'
import { fromJsonText } from '../../core/from-json-text.ts'
import { only } from './read-by-ids.ts'
import type { Member, RowForm, RowSet } from './related-rows.ts'

/** Rows stay the text that the engine wrote. */
export const asText: RowForm<string> = {
  async select(records, query, needed, signal) {
    return textSet(await records.select({ ...query, as: 'json' }, { signal }), query, needed)
  },
  listOf: (items) => `[${items.join(',')}]`,
  none: 'null',
}

/** The rows of a select, whatever form the engine gave them. */
export function textSet(
  found: SelectResult,
  { fields: stored, aggregates = [] }: Pick<SelectQuery, 'fields' | 'aggregates'>,
  needed: readonly string[],
): RowSet<string> {
  const fields = [...stored, ...aggregates.map(({ alias }) => alias)]
  const cut = 'json' in found ? cutRows({ ...found, fields }, needed) : undefined
  if ('json' in found && cut) return cutSet(found.json, cut, fields, needed)
  const rows = 'rows' in found ? found.rows : listIn(found.json)
  return texts({
    count: rows.length,
    fields,
    value: (at, field) => rows[at]?.[field],
    one: (at) => toJsonText(rows[at]),
  })
}

function cutSet(
  json: string,
  { starts, ends, values }: CutRows,
  fields: readonly string[],
  needed: readonly string[],
): RowSet<string> {
  return texts({
    count: starts.length,
    fields,
    value: (at, field) => values[needed.indexOf(field)]?.[at],
    one: (at) => json.slice(starts[at], ends[at]),
    run: (first, last) => json.slice(starts[first], ends[last]),
  })
}

interface Source {
  readonly count: number
  /** Of the rows as they are written. */
  readonly fields: readonly string[]
  value(at: number, field: string): Json | undefined
  one(at: number): string
  /** The text of rows that follow each other. */
  run?(first: number, last: number): string
}

function texts(source: Source): RowSet<string> {
  const { count, value, one, run } = source
  const set: RowSet<string> = {
    count,
    value,
    one,
    list(places) {
      const [first, ...others] = places
      const last = places.at(-1)
      if (first === undefined || last === undefined) return '[]'
      if (run && last - first === others.length) return `[${run(first, last)}]`
      // Added up, not joined: the engine of JavaScript then copies the pieces once, when the whole answer is sent.
      let text = `[${one(first)}`
      for (const at of others) text += `,${one(at)}`
      return `${text}]`
    },
    only: (names) => narrowed(set, source, names),
    with: (members) => widened(set, source, members),
  }
  return set
}

/** Members that are not shown stand at the beginning; where they do not, the row is written anew. */
function narrowed(set: RowSet<string>, source: Source, names: readonly string[]): RowSet<string> {
  const { count, fields, value } = source
  const ahead = fields.length - names.length
  const isRest = ahead >= 0 && names.every((name, at) => name === fields[ahead + at])
  if (isRest && ahead === 0) return set
  const text = isRest
    ? (row: string) => withoutFirst(row, ahead)
    : (row: string) => toJsonText(only(names, objectIn(row)))
  return texts({ count, fields: names, value, one: (at) => text(set.one(at)) })
}

/** The text of an object without so many members at its beginning. */
function withoutFirst(text: string, members: number): string {
  let at = 1
  for (let left = members; left > 0; left--) {
    const key = endOfValue(text, at) ?? text.length
    at = (endOfValue(text, key + 1) ?? text.length) + 1
  }
  return `{${text.slice(at)}`
}

function widened(set: RowSet<string>, source: Source, members: readonly Member<string>[]): RowSet<string> {
  const { count, fields, value } = source
  const names = members.map(({ name }) => name)
  const keys = names.map((name) => `,${JSON.stringify(name)}:`)
  const one = (at: number) => {
    let text = set.one(at).slice(0, -1)
    for (let index = 0; index < members.length; index++) text += `${keys[index]}${members[index]?.of(at)}`
    return `${text}}`
  }
  // A member of the same name is replaced where it stands.
  const isReplaced = names.some((name) => fields.includes(name))
  return texts({
    count,
    fields: [...new Set([...fields, ...names])],
    value,
    one: isReplaced ? (at) => replaced(set.one(at), members, at) : one,
  })
}

function replaced(text: string, members: readonly Member<string>[], at: number): string {
  const whole: Record<string, Json> = { ...objectIn(text) }
  for (const { name, of } of members) whole[name] = fromJsonText(of(at))
  return toJsonText(whole)
}

function objectIn(text: string): Row {
  const value = fromJsonText(text)
  return isRow(value) ? value : {}
}

function listIn(text: string): readonly Row[] {
  const list = fromJsonText(text)
  return Array.isArray(list) ? list.filter(isRow) : []
}

function isRow(value: Json): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
