import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { alreadyThere } from '../sql/broken-rule.ts'
import { failureError, type KnownFailure } from '../sql/known-failure.ts'
import { BUSY, BY_NUMBER, LOST, SLOW } from './error-table.ts'
import { type DriverFailure, failureOf } from './failure.ts'
import { refused } from './refused-document.ts'

/**
 * Errors of the server and the driver as the house's, in this one place and its neighbours. Messages tell the caller what to change
 * and never hold the driver's text, which names hosts and values; that is the `cause`.
 */
export function toAppError(error: unknown, table?: Table): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const cause = causeOf(failure)
  if (failure.code === 11000) return clash(failure, table, cause)
  if (failure.code === 121) return refused(failure, table, cause)
  return failureError(knownFailure(failure), cause)
}

function knownFailure({ name, code, labels }: DriverFailure): KnownFailure | undefined {
  const known = code === undefined ? undefined : BY_NUMBER[code]
  if (known) return known
  if (code !== undefined && labels.includes('TransientTransactionError')) return BY_NUMBER[112]
  if (SLOW_NAMES.has(name)) return SLOW
  if (BUSY_NAMES.has(name)) return BUSY
  return LOST_NAMES.has(name) ? LOST : undefined
}

const SLOW_NAMES: ReadonlySet<string> = new Set(['MongoNetworkTimeoutError', 'MongoOperationTimeoutError'])
const BUSY_NAMES: ReadonlySet<string> = new Set(['MongoWaitQueueTimeoutError', 'WaitQueueTimeoutError'])
const LOST_NAMES: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoClientClosedError',
  'PoolClearedError',
  'MongoPoolClearedError',
  'PoolClosedError',
  'MongoPoolClosedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClearedOnNetworkError',
])

/** `E11000 duplicate key error collection: shop.orders index: number_1 dup key: { number: 5 }`; servers from 4.4 tell the pattern as well. */
function clash({ keyPattern, message }: DriverFailure, table: Table | undefined, cause: Error): AppError {
  const columns = keyPattern ? Object.keys(keyPattern) : columnsIn(message, table)
  const fields = columns.flatMap((column) => nameOf(table, column))
  return alreadyThere(fields, { table, cause })
}

function columnsIn(message: string, table: Table | undefined): readonly string[] {
  const index = /index: (.*?) dup key:/s.exec(message)?.[1]
  const keys = table ? [table.primaryKey, ...table.uniqueKeys] : []
  return (
    keys.find((key) => key.map((name) => `${name}_1`).join('_') === index) ??
    (index === '_id_' ? ['_id'] : [])
  )
}

/** Only names of the table are passed on. */
function nameOf(table: Table | undefined, column: string): string[] {
  const field = table?.fields.find(({ name, column: own = name }) => own === column)
  return field ? [field.name] : []
}

/** For the log, without the values that the server quotes. */
function causeOf({ name, code, codeName, message, systemCode }: DriverFailure): Error {
  const said = message
    .replace(/dup key: \{.*\}/s, 'dup key: { … }')
    .replace(/mongodb(\+srv)?:\/\/\S+/g, 'mongodb://…')
  return Object.assign(new Error(said), { name, ...(code !== undefined && { code }), codeName, systemCode })
}
