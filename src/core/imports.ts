import type { Caller } from './caller.ts'
import type { Json } from './database/value.ts'

/** Rows on their way into a table, in the background. */
export interface ImportJob {
  readonly id: number
  readonly service: string
  readonly table: string
  /** `failed`: at a row; those before its part stay. `cancelled`: what was done by then stays. */
  readonly status: 'running' | 'done' | 'failed' | 'cancelled'
  readonly rowsTotal: number
  /** In the table. */
  readonly rowsDone: number
  /** Why it failed, or what it waits for. */
  readonly message?: string
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly createdDate: string
  readonly finishedDate?: string
}

export type ImportRecord = Readonly<Record<string, Json>>

export interface NewImport {
  readonly service: string
  readonly table: string
  /** Checked; taken one after the other, so that there may be any number of them. */
  readonly records: AsyncIterable<ImportRecord>
}

/** Imports of all processes on this system database. What belongs to another caller is not there. */
export interface Imports {
  /** Keeps the rows and begins. What `records` throws ends it, and nothing was written. */
  start(request: NewImport, caller: Caller): Promise<ImportJob>
  /** The rows of a text: CSV, JSON objects in lines, or a JSON list. `areTexts`: all values are texts. Throws `bad_request`. */
  read(text: string): { readonly rows: AsyncIterable<unknown>; readonly areTexts: boolean }
  /** The newest first. */
  list(service: string, caller: Caller): Promise<readonly ImportJob[]>
  /** Throws `not_found`. */
  get(service: string, id: number, caller: Caller): Promise<ImportJob>
  /** It ends behind the part that is being written. Throws `not_found`. */
  cancel(service: string, id: number, caller: Caller): Promise<ImportJob>
}
