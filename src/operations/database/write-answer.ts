import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { attachRelated } from './attach-related.ts'
import type { Preview } from './consent/preview.ts'
import { binaryFields, describeBinary } from './describe-binary.ts'
import type { RelatedOptions } from './inputs.ts'
import { keyFromRow, type Place, readKeys } from './keyed-rows.ts'
import { planFields } from './plan-fields.ts'
import { rowKeyText } from './plan-ids.ts'
import { planRelated } from './plan-related.ts'
import { only } from './read-by-ids.ts'
import type { RelatedPlan } from './related-plan.ts'
import { readFilter, type WriteKeys } from './write-keys.ts'

/** The answer to a write: keys of the records, or the fields asked for. */
export interface WriteAnswer {
  readonly rows: readonly Row[]
  readonly affected: number
  /** Of the one record of an address, as it is now: what the caller may write it back under. */
  readonly tag?: string
  /** Of a dry run, which writes nothing. */
  readonly preview?: Preview
}

export function answered(rows: readonly Row[]): WriteAnswer {
  return { rows, affected: rows.length }
}

export function previewed(preview: Preview): WriteAnswer {
  return { rows: [], affected: 0, preview }
}

interface AnswerRequest {
  readonly fields?: readonly string[] | undefined
  readonly related?: readonly string[] | undefined
  readonly related_options?: Readonly<Record<string, RelatedOptions>> | undefined
  readonly lenient?: boolean | undefined
  readonly by_agent?: true | undefined
}

interface Written {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly keys: WriteKeys
}

/** What a write answers with. Anything beyond the key is reading, and obeys the caller's rules for reading. */
export interface AnswerPlan {
  readonly keyFields: readonly string[]
  readonly fields: readonly string[]
  readonly related: readonly RelatedPlan[]
  /** Absent when only keys are asked for. */
  readonly read?: { readonly visible: Filter | undefined }
  /** Of bytes the reader is only told what and how many they are. */
  readonly describesBytes?: boolean
}

export function planAnswer(
  { schema, table, keys }: Written,
  request: AnswerRequest,
  context: OperationContext,
): AnswerPlan {
  const isReading = (fields: readonly string[]) => fields.some((field) => !keys.key.includes(field))
  const asksMore =
    request.fields !== undefined || (request.related?.length ?? 0) > 0 || isReading(keys.select)
  // Rights come before names: who may not read is not told which fields there are.
  const visible = asksMore ? readFilter(table, context) : undefined
  const fields = request.fields === undefined ? keys.select : planFields(table, request.fields)
  const related = planRelated(schema, table, request, context)
  // Steps of a batch take values of each other.
  const describesBytes = request.by_agent === true && !context.isInTransaction
  const plan = { keyFields: keys.key, fields, related, describesBytes }
  return related.length > 0 || isReading(fields) ? { ...plan, read: { visible } } : plan
}

/**
 * The answer for written rows, given as rows that hold their keys. Rows the caller may not read show their key only.
 * Runs inside the write's transaction: for a delete before the rows are gone.
 */
export async function answerFor(
  table: Table,
  keyRows: readonly Row[],
  plan: AnswerPlan,
  place: Place,
): Promise<readonly Row[]> {
  if (!plan.read) return keyRows.map((row) => only(plan.fields, row))
  const keyed = { table, key: plan.keyFields }
  const keys = keyRows.map((row) => keyFromRow(keyed, row))
  if (keys.length === 0) return []
  const fields = [
    ...new Set([
      ...plan.fields,
      ...plan.keyFields,
      ...plan.related.flatMap(({ relation }) => relation.fields),
    ]),
  ]
  const found = await readKeys(keyed, keys, { fields, where: plan.read.visible }, place)
  const attached = await attachRelated(found, plan.related, place.records, place.context)
  const binary = plan.describesBytes ? binaryFields(table, fields) : []
  const whole = plan.describesBytes ? await describeBinary(attached, binary, plan.related) : attached
  const wanted = [
    ...new Set([...plan.fields, ...plan.related.flatMap(({ relation, name }) => [...relation.fields, name])]),
  ]
  const byKey = new Map(whole.map((row) => [rowKeyText(plan.keyFields, row), row]))
  return keyRows.map((keyRow) => {
    const row = byKey.get(rowKeyText(plan.keyFields, keyRow))
    return row ? only(wanted, row) : only(plan.keyFields, keyRow)
  })
}
