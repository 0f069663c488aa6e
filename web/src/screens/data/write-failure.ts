import * as z from 'zod'
import { ApiError } from '../../api/api-error.ts'

const named = z.union([
  z.object({ field: z.string() }).transform(({ field }) => [field]),
  z.object({ fields: z.array(z.string()) }).transform(({ fields }) => fields),
])

/** The API tells of a new record as of a batch of one. */
const ofRecord = z.union([
  named,
  z
    .object({ resource: z.tuple([z.object({ context: named })]) })
    .transform(({ resource: [{ context }] }) => context),
])

/** The message at each field that it is about. */
export function problemsByField(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  const fields = ofRecord.safeParse(error.context)
  return fields.success ? Object.fromEntries(fields.data.map((field) => [field, error.message])) : {}
}
