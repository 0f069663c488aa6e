import { beforeEach } from 'vitest'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { type Offices, openOffices } from '../helpers/offices.ts'

type OfficeCaller = Parameters<Offices['run']>[2]

/** Offices that are opened anew for each test, and lists of their tables. */
export function useOffices() {
  let offices: Offices
  const openAs = async (...how: Parameters<typeof openOffices>) => {
    offices = await openOffices(...how)
  }
  beforeEach(() => openAs())
  const list = (table: string, input: object, caller?: OfficeCaller) =>
    offices.run(listRecords, { table_name: table, ...input }, caller)
  return {
    current: () => offices,
    /** Opens them once more, by another engine. */
    openAs,
    list,
    rowsOf: async (table: string, input: object, caller?: OfficeCaller) =>
      (await list(table, input, caller)).rows ?? [],
  }
}
