import { z } from 'zod'
import { answerInput, fieldList, filterInput, idList, orderText, tableName, whereInput } from './inputs.ts'

/** What a list of records is asked for; names are the wire's. */
export const listInput = {
  table_name: tableName,
  ...answerInput,
  ...filterInput,
  ...whereInput,
  ids: idList.optional(),
  /** The ids are records: what is no part of their keys says nothing. */
  ids_in_records: z.boolean().optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  order: orderText.optional(),
  group: fieldList.optional(),
  having: filterInput.filter,
  distinct: z.boolean().optional(),
  include_count: z.boolean().optional(),
  continue: z.boolean().optional(),
  refresh: z.boolean().optional(),
}

const request = z.strictObject(listInput)
export type ListRequest = z.infer<typeof request>
