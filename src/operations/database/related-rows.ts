import type { Records } from '../../core/database/adapter.ts'
import type { SelectQuery } from '../../core/database/query.ts'
import type { Json } from '../../core/database/value.ts'

/** Rows as they were read, by their places. `V` is what is made of them: JSON, or its text. */
export interface RowSet<V> {
  readonly count: number
  /** Of the fields that were said to be needed. */
  value(at: number, field: string): Json | undefined
  one(at: number): V
  list(places: readonly number[]): V
  /** The rows with these members alone, in this order. */
  only(names: readonly string[]): RowSet<V>
  /** The rows and what is related to them. */
  with(members: readonly Member<V>[]): RowSet<V>
}

export interface Member<V> {
  readonly name: string
  of(at: number): V
}

/** How rows are read and put together. */
export interface RowForm<V> {
  /** Of the fields `needed` the values will be asked for. */
  select(
    records: Records,
    query: Omit<SelectQuery, 'as'>,
    needed: readonly string[],
    signal: AbortSignal,
  ): Promise<RowSet<V>>
  listOf(items: readonly V[]): V
  /** What stands where there is no record. */
  readonly none: V
}

/** Rows of several selects of the same fields, one after the other. */
export function joinedRows<V>(sets: readonly RowSet<V>[], form: RowForm<V>): RowSet<V> {
  const [first] = sets
  if (first && sets.length === 1) return first
  const places = sets.flatMap((set) => Array.from({ length: set.count }, (_, at) => ({ set, at })))
  const one = (at: number) => {
    const place = places[at]
    return place ? place.set.one(place.at) : form.none
  }
  const starts = sets.map((_, index) => sets.slice(0, index).reduce((sum, { count }) => sum + count, 0))
  return {
    count: places.length,
    value: (at, field) => places[at]?.set.value(places[at].at, field),
    one,
    list: (wanted) => form.listOf(wanted.map(one)),
    only: (names) =>
      joinedRows(
        sets.map((set) => set.only(names)),
        form,
      ),
    with: (members) =>
      joinedRows(
        sets.map((set, index) => set.with(members.map((member) => behind(member, starts[index] ?? 0)))),
        form,
      ),
  }
}

function behind<V>({ name, of }: Member<V>, start: number): Member<V> {
  return { name, of: (at) => of(start + at) }
}
