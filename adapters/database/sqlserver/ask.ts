import type { Connection as DriverConnection } from 'tedious'
import { MAX_ANSWER_BYTES, tooLarge } from '../sql/answer-size.ts'
import type { Driver } from './driver.ts'
import { driverType, type Parameter } from './parameter.ts'

/** What is sent. */
export interface Order {
  readonly sql: string
  /** `text`: as it is, so that what it does to the session stays. `statement`: by `sp_executesql`, with parameters called 1, 2 … */
  readonly as: 'text' | 'statement'
  readonly parameters?: readonly Parameter[]
}

/** A column of a result as the driver describes it. */
export interface DriverColumn {
  readonly colName: string
  readonly type: { readonly name: string }
  readonly precision?: number | undefined
  readonly scale?: number | undefined
  readonly dataLength?: number | undefined
}

export interface AnswerSet {
  readonly columns: readonly DriverColumn[]
  readonly rows: readonly (readonly unknown[])[]
}

export interface Answer {
  readonly sets: readonly AnswerSet[]
  /** Rows that each statement changed or gave, those of triggers before the statement that set them off. */
  readonly counts: readonly number[]
}

type Row = readonly { readonly value: unknown }[]

/** Sends an order and waits for its end. Rejects with what the driver throws, or when the answer is too large. */
export function ask(driver: Driver, connection: DriverConnection, order: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sets: { columns: readonly DriverColumn[]; rows: unknown[][] }[] = []
    const counts: number[] = []
    let bytes = 0
    const request = requestFor(driver, order, (error) => {
      if (bytes > MAX_ANSWER_BYTES) reject(tooLarge())
      else if (error) reject(error)
      else resolve({ sets, counts })
    })
    const counted = (count: number | undefined) => {
      if (count !== undefined) counts.push(count)
    }
    request.on('columnMetadata', (columns: unknown) => sets.push({ columns: columnsOf(columns), rows: [] }))
    request.on('row', (row: Row) => {
      if (bytes > MAX_ANSWER_BYTES) return
      const values = valuesOf(row)
      bytes += sizeOf(values)
      if (bytes > MAX_ANSWER_BYTES) request.cancel()
      else sets.at(-1)?.rows.push(values)
    })
    request.on('doneInProc', counted)
    request.on('done', counted)
    send(connection, request, order)
  })
}

type DriverRequest = InstanceType<Driver['Request']>

export function requestFor(
  driver: Driver,
  { sql, parameters = [] }: Order,
  done: (error: Error | null | undefined) => void,
): DriverRequest {
  const request = new driver.Request(sql, done)
  for (const [at, parameter] of parameters.entries())
    request.addParameter(String(at + 1), driverType(parameter, driver), parameter.value)
  return request
}

export function send(connection: DriverConnection, request: DriverRequest, { as }: Order): void {
  if (as === 'text') connection.execSqlBatch(request)
  else connection.execSql(request)
}

export function valuesOf(row: Row): unknown[] {
  return row.map(({ value }) => value)
}

/** Column descriptions come as a list: the driver is told not to use names. */
export function columnsOf(columns: unknown): readonly DriverColumn[] {
  return Array.isArray(columns) ? columns : []
}

function sizeOf(values: readonly unknown[]): number {
  let bytes = 0
  for (const value of values)
    bytes += typeof value === 'string' ? value.length * 2 : Buffer.isBuffer(value) ? value.length : 8
  return bytes
}
