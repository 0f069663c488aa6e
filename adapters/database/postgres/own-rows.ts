import type { Json, Row } from '../../../src/core/database/value.ts'
import type { ResultColumn } from '../sql/connection.ts'
import type { WireAnswer } from './wire-query.ts'

/** Rows of a statement of the engine's own: its columns by the names given, values by the types the server says. */
export function ownRows({ rows, typeIds }: WireAnswer, columns: readonly ResultColumn[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, at) => [name, readText(row[at] ?? null, typeIds[at] ?? 0)])),
  )
}

/** By pg_type.oid, which is fixed for the types of the system (src/include/catalog/pg_type.dat). */
const READ: Readonly<Record<number, (text: string) => Json>> = {
  16: (text) => text === 't', // bool
  20: wholeNumber, // int8
  21: Number, // int2
  23: Number, // int4
  26: Number, // oid
  114: (text) => JSON.parse(text), // json
  700: floatingPoint, // float4
  701: floatingPoint, // float8
  3802: (text) => JSON.parse(text), // jsonb
}

function readText(text: string | null, typeId: number): Json {
  return text === null ? null : (READ[typeId]?.(text) ?? text)
}

function wholeNumber(text: string): Json {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** NaN and the infinities are no numbers in JSON. */
function floatingPoint(text: string): Json {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}
