import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'

/** Parts that the inputs of several operations share. Names are the wire's. Every list has an end: one request must not hold up the others. */
const MAX_RECORDS = 10_000
const MAX_NAMES = 1_000
const MAX_TEXT = 65_536

const tooMany = (what: string, most: number) => `At most ${most} ${what} in one request.`

/** A list whose length is looked at before its items are. */
function shortList<T extends z.ZodType>(item: T, what: string, most: number) {
  return z
    .custom<unknown[]>((value) => Array.isArray(value), 'Must be a list.')
    .refine((value) => value.length <= most, tooMany(what, most))
    .pipe(z.array(item))
}

export const tableName = z.string().min(1).max(512)
export const fieldList = shortList(z.string().min(1), 'names', MAX_NAMES)
const scalar = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  'Must be text, a number, true, false or null.',
)
const recordId = z.union(
  [z.string(), z.number(), z.record(z.string(), z.union([z.string(), z.number()]))],
  'Must be text, a number, or an object of the fields of the key.',
)
export const idList = shortList(recordId, 'ids', MAX_RECORDS)

/** What came as JSON is JSON: only that it is an object has to be looked at. */
const record = z.custom<InputRecord>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'A record must be an object.',
)
export const recordList = shortList(record, 'records', MAX_RECORDS)

export const orderText = z.string().max(4096, 'At most 4096 characters of order.')

/** A filter with the values of its `:named` parameters. */
export const filterInput = {
  filter: z.string().max(MAX_TEXT, tooMany('characters of filter', MAX_TEXT)).optional(),
  params: z.record(z.string(), scalar).optional(),
}

/** A filter as data, beside one as text: both hold. What is in it is checked where it is read. */
export const whereInput = {
  where: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
}

/** The same for what is written: a filter without a condition would mean every record. */
export const writeFilterInput = {
  ...filterInput,
  filter: z
    .string()
    .max(MAX_TEXT, tooMany('characters of filter', MAX_TEXT))
    .refine((filter) => filter.trim() !== '', 'A filter must have a condition.')
    .optional(),
}

const relatedOptions = z.strictObject({
  fields: fieldList.optional(),
  filter: filterInput.filter,
  /** For each record that the relation leads from. */
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  order: orderText.optional(),
  group: fieldList.optional(),
})

/** Which fields and related records an answer carries. */
export const answerInput = {
  fields: fieldList.optional(),
  /** Names of relations; with dots, of relations of those. */
  related: fieldList.optional(),
  related_options: z.record(z.string(), relatedOptions).optional(),
  id_field: fieldList.optional(),
  /** Unknown names in `related` and in records are ignored, as the dreamfactory wire does, instead of refused. */
  lenient: z.boolean().optional(),
  /** Names in `related_options` that can be nothing but relations: refused when they are none, lenient or not. */
  relations_meant: z.array(z.string()).optional(),
}

/** How a write over several records ends when one fails; by default everything is rolled back. */
export const batchInput = {
  continue: z.boolean().optional(),
  rollback: z.boolean().optional(),
}

/** For the related records inside records. */
export const nestedInput = {
  /** Deletes a related record that is let go and cannot be without its parent; else that is refused. */
  allow_related_delete: z.boolean().optional(),
}

/** For the records of a write. */
export const textsInput = {
  /** All values in them are texts: those of JSON fields are read as JSON. */
  as_texts: z.boolean().optional(),
}

/** For one record by its id: the ETags of which its own must be one, or `*`. */
export const matchInput = {
  if_match: z.array(z.string().max(256)).min(1).max(100).optional(),
  /** The answer to a change tells the record's ETag, where the caller may read it. */
  tagged: z.boolean().optional(),
}

export function matchesOne({ id, if_match: tags }: { id?: unknown; if_match?: unknown }): boolean {
  return tags === undefined || id !== undefined
}
export const ONE_MATCH = 'If-Match is for one record: address it by its id.'

/** Both at once mean nothing; to be said before anything is known of the table. */
export function isOneWay({
  continue: goOn,
  rollback,
}: {
  continue?: boolean | undefined
  rollback?: boolean | undefined
}): boolean {
  return !(goOn && rollback)
}
export const BOTH_WAYS = 'Rollback and continue operations can not be requested at the same time.'

export type RecordId = z.infer<typeof recordId>
export type InputRecord = Readonly<Record<string, Json>>
export type RelatedOptions = z.infer<typeof relatedOptions>
