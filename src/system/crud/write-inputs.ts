import { z } from 'zod'
import {
  answerInput,
  BOTH_WAYS,
  batchInput,
  filterInput,
  idList,
  isOneWay,
  recordList,
} from '../../operations/database/inputs.ts'

const common = { resource: z.string().min(1), ...answerInput, ...batchInput }
const unconfirmed = z.boolean().optional()
const emailProof = z.enum(['stated', 'proven']).optional()
/** `only`: nothing is stored, whatever comes out. */
const validate = z.union([z.boolean(), z.literal('only')]).optional()
const selected = { id: z.int().optional(), ids: idList.optional(), ...filterInput }
export const createInput = z
  .strictObject({ ...common, records: recordList, unconfirmed, emailProof, validate })
  .refine(isOneWay, BOTH_WAYS)
export const updateInput = z
  .strictObject({
    ...common,
    ...selected,
    records: recordList,
    unconfirmed,
    emailProof,
    validate,
    regenerate: z.boolean().optional(),
  })
  .refine(isOneWay, BOTH_WAYS)
export const deleteInput = z
  .strictObject({ ...common, ...selected, records: recordList.optional(), force: z.boolean().optional() })
  .refine(isOneWay, BOTH_WAYS)

export const storeInput = z.strictObject({ ...common, records: recordList }).refine(isOneWay, BOTH_WAYS)

export type CreateInput = z.infer<typeof createInput>
export type UpdateInput = z.infer<typeof updateInput>
export type DeleteInput = z.infer<typeof deleteInput>
export type StoreInput = z.infer<typeof storeInput>
