import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { Parameter } from './protocol.ts'

/** Statements of one transaction. */
export interface Work {
  rows<K extends string>(
    sql: string,
    columns: readonly K[],
    parameters?: readonly Parameter[],
  ): Promise<readonly Row[]>
  run(sql: string, parameters?: readonly Parameter[]): Promise<void>
}

export function workOn(connection: Connection<Parameter>, options: CallOptions): Work {
  return {
    async rows(sql, columns, parameters = []) {
      const result = await connection.read(ownStatement(sql, columns, parameters), 'rows', options)
      return 'rows' in result ? result.rows : []
    },
    async run(sql, parameters = []) {
      await connection.write([ownStatement(sql, [], parameters)], options)
    },
  }
}
