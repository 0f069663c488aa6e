import { BATCH, DELETION } from '../../../adapters/database/sqlserver/read-facts.ts'
import type { Told } from './double.ts'
import { rows } from './tds-tokens.ts'

/** What SQL Server answers when it is asked whether it takes several statements at once, and OUTPUT of what is deleted. */
export function isAskedOfAll(sql: string): boolean {
  return sql.includes(BATCH) || sql.includes(DELETION)
}

export const YES: Told = {
  sets: [{ columns: [{ colName: 'n', type: { name: 'IntN' } }], rows: [[1]] }],
  counts: [1],
}

export const YES_IN_BYTES = rows(['n'], [['1']])
