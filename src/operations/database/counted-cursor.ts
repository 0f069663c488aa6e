import type { OperationContext } from '../../core/operation.ts'
import { callerText } from './cursor.ts'

interface CountedScope {
  /** Name of the table. */
  readonly table: string
  /** What decides which rows there are, and their order, among whatever else there is. */
  readonly request: object
  readonly context: OperationContext
}

/** The place behind so many rows, where rows cannot be found again by what they hold: groups, tables without a key, orders by related records. */
export function countedCursor(rows: number, scope: CountedScope): string {
  return scope.context.seal.sign(String(rows), scopeText(scope))
}

/** How many rows to pass over; undefined for a cursor of another kind, made up, or of another request. */
export function countedRows(cursor: string, scope: CountedScope): number | undefined {
  const text = cursor.includes('.') ? scope.context.seal.signed(cursor, scopeText(scope)) : undefined
  return text === undefined ? undefined : Number(text)
}

/** Of the requests for rows and for groups. */
const DECIDING = [
  'filter',
  'params',
  'where',
  'fields',
  'order',
  'group',
  'having',
  'distinct',
  'aggregates',
  'group_by',
] as const

function scopeText({ table, request, context }: CountedScope): string {
  const given: Readonly<Record<string, unknown>> = { ...request }
  const { service, caller } = context
  const deciding = DECIDING.map((name) => given[name] ?? null)
  return JSON.stringify(['counted cursor', service.info.name, table, deciding, callerText(caller)])
}
