import { Long } from 'mongodb'
import type { Field, Table } from '../../../src/core/database/schema.ts'
import { storedValue } from './bind-value.ts'
import type { Call } from './calls.ts'
import { failureOf } from './failure.ts'
import { setAt, valueAt } from './new-document.ts'
import { readValue } from './read-value.ts'
import { columnOf } from './scope.ts'
import type { StoredDocument } from './stored-document.ts'

/** The server has no counters: each table that counts has a document here, with the last number that was given out. */
const COUNTERS = 'sluice.counters'

interface Counter {
  readonly _id: string
  readonly last: Long
}

function counters({ db }: Call) {
  return db.collection<Counter>(COUNTERS)
}

/** The field that counts by itself, where a table has one. */
export function countedField({ fields }: Table): Field | undefined {
  return fields.find(({ autoIncrement }) => autoIncrement)
}

/**
 * Gives documents without a number the next ones, never one that was given out before. Numbers of others make no gap in that: the
 * unique index refuses one that is taken, and `catchUp` goes on behind it. Gives how many were numbered. Outside of any transaction:
 * what is taken back leaves a gap.
 */
export async function number(
  documents: readonly StoredDocument[],
  field: Field,
  table: Table,
  call: Call,
): Promise<number> {
  const path = columnOf(field)
  const open = documents.filter((document) => valueAt(document, path) === undefined)
  if (open.length === 0) return 0
  const counter = await counters(call).findOneAndUpdate(
    { _id: table.name },
    { $inc: { last: Long.fromNumber(open.length) } },
    { maxTimeMS: call.options.maxTimeMS, upsert: true, returnDocument: 'after' },
  )
  let next = wholeOf(counter?.last) - BigInt(open.length)
  for (const document of open) setAt(document, path, storedValue(table, field.name, ++next))
  return open.length
}

/** Sets the counter to the highest number that there is, of documents that are there and of those that are to be. */
export async function catchUp(
  documents: readonly StoredDocument[],
  field: Field,
  table: Table,
  call: Call,
): Promise<void> {
  const path = columnOf(field)
  const { maxTimeMS } = call.options
  const [last] = await call
    .collection(table.name)
    .find({}, { maxTimeMS, projection: { _id: 0, [path]: 1 } })
    .sort({ [path]: -1 })
    .limit(1)
    .toArray()
  let highest = 0n
  for (const document of [last, ...documents]) {
    const own = wholeOf(document && valueAt(document, path))
    if (own > highest) highest = own
  }
  await counters(call).updateOne(
    { _id: table.name },
    { $max: { last: Long.fromBigInt(highest) } },
    { maxTimeMS, upsert: true },
  )
}

/** A collection goes on counting under another name. */
export async function copyCounter(table: string, to: string, call: Call): Promise<void> {
  const counter = await counters(call).findOne({ _id: table }, call.options)
  if (!counter) return
  await counters(call).updateOne(
    { _id: to },
    { $max: { last: counter.last } },
    { ...call.options, upsert: true },
  )
}

export async function forgetCounter(table: string, call: Call): Promise<void> {
  await counters(call).deleteOne({ _id: table }, call.options)
}

function wholeOf(value: unknown): bigint {
  const read = readValue(value)
  return /^-?\d+$/.test(String(read)) ? BigInt(String(read)) : 0n
}

/** True when the server refused a document because its number is taken. */
export function isTaken(error: unknown, field: Field): boolean {
  const { code, keyPattern, message } = failureOf(error)
  if (code !== 11000) return false
  const path = columnOf(field)
  const columns = keyPattern ? Object.keys(keyPattern) : undefined
  return columns ? columns.length === 1 && columns[0] === path : message.includes(`index: ${path}_1 `)
}
