import type { Json, Row } from '../../core/database/value.ts'
import { only } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import type { Member, RowForm, RowSet } from './related-rows.ts'

export const asObjects: RowForm<Json> = {
  async select(records, query, _, signal) {
    return objectSet(await readRows(records, query, signal))
  },
  listOf: (items) => items,
  none: null,
}

export function objectSet(rows: readonly Row[]): RowSet<Json> {
  const one = (at: number) => rows[at] ?? null
  return {
    count: rows.length,
    value: (at, field) => rows[at]?.[field],
    one,
    list: (places) => places.map(one),
    only: (names) => objectSet(rows.map((row) => only(names, row))),
    with: (members) => objectSet(attachedRows(rows, members)),
  }
}

/** The rows and what is related to them. */
export function attachedRows(rows: readonly Row[], members: readonly Member<Json>[]): readonly Row[] {
  return rows.map((row, at) => {
    const whole: Record<string, Json> = { ...row }
    for (const { name, of } of members) whole[name] = of(at)
    return whole
  })
}
