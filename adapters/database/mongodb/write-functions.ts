import type { Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { findByName } from '../../../src/core/names.ts'
import { expressionQuery, noJoin } from './expression-query.ts'
import { pathValue, type ServerDocument } from './pipeline.ts'
import type { Writing } from './records.ts'
import { columnOf } from './scope.ts'
import type { StoredId } from './stored-document.ts'

type Values = { readonly [field: string]: Value }

/** True where reading these fields computes something. */
export function computesOn(table: Table, names: readonly string[]): boolean {
  return names.some((name) => {
    const field = findByName(table.fieldByName, name)
    return field?.isVirtual === true || field?.expressions?.select !== undefined
  })
}

/**
 * Puts what functions make of written values in their place, in documents that hold the values as they were given. True when there
 * was something to compute.
 */
export async function computeWritten(
  table: Table,
  rows: readonly Values[],
  ids: readonly StoredId[],
  use: 'insert' | 'update',
  { call }: Writing,
): Promise<boolean> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const made = names.flatMap((name) => {
    const field = findByName(table.fieldByName, name)
    const expression = field?.expressions?.[use]
    if (!field || !expression) return []
    const path = columnOf(field)
    return [
      {
        name,
        path,
        value: expressionQuery(expression, { column: pathValue, joined: noJoin, value: pathValue(path) }),
      },
    ]
  })
  if (made.length === 0) return false
  const collection = call.collection(table.name)
  const project = Object.fromEntries(made.map(({ value }, n) => [`v${n}`, value]))
  const computed = await collection
    .aggregate([{ $match: { _id: { $in: [...ids] } } }, { $project: project }], call.options)
    .toArray()
  for (const document of computed) {
    const set: ServerDocument = Object.fromEntries(
      made.map(({ path }, n) => [path, document[`v${n}`] ?? null]),
    )
    await collection.updateOne({ _id: document._id }, { $set: set }, call.options)
  }
  return true
}
