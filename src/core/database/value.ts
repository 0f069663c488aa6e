/** Anything JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A value for a JSON column: stored as JSON text, whatever the engine calls its column type. */
interface JsonValue {
  readonly json: Json
}

/**
 * A value on its way to a database: always bound, never part of statement text.
 * `bigint` where a number would lose digits; `Uint8Array` for binary columns; `string` also for exact decimals and ISO dates.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | JsonValue

/**
 * One row as it goes to the wire. Integers outside ±(2^53 − 1) and decimals a double cannot hold are strings with every
 * digit; binary is base64; dates and times are the database's text; JSON columns are JSON.
 */
export type Row = { readonly [field: string]: Json }
