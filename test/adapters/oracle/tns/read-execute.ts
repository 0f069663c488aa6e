import type { Reader } from './wire.ts'

/** An order to execute; without a text it is one to fetch from a cursor that a block gave. */
export interface Execute {
  readonly cursor: number
  readonly sql: string | undefined
  /** Wanted at once. */
  readonly rows: number
}

/** node-oracledb, lib/thin/protocol/messages/execute.js, for the protocol of 12.1. What is bound is not read. */
export function readExecute(reader: Reader): Execute {
  reader.number()
  const cursor = reader.number()
  reader.skip(1)
  const hasText = reader.number() > 0
  reader.skip(1)
  reader.number()
  reader.skip(3)
  const rows = reader.number()
  reader.number()
  reader.skip(1)
  reader.number()
  reader.skip(5)
  reader.skip(1)
  reader.number()
  reader.number()
  reader.skip(3)
  reader.number()
  reader.skip(1)
  reader.skipNumbers(2)
  reader.skip(1)
  reader.number()
  reader.skip(1)
  return { cursor, sql: hasText ? String(reader.sized()) : undefined, rows }
}
