import type { SelectQuery, SelectResult } from '../../core/database/query.ts'
import { rowsOfText } from '../../core/database/rows-of-text.ts'
import { type Field, type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Access } from '../../core/policy.ts'
import { identifyingFields, planFields } from './plan-fields.ts'
import { allOf, rowFilter } from './plan-filter.ts'
import { keyOf, whereKey } from './plan-ids.ts'
import { recordNotFound } from './read-by-ids.ts'
import { recordTag, tagOfText } from './record-tag.ts'

/** What reading one record takes, besides its identifier and the rights to it. */
export interface RecordPlan {
  readonly table: Table
  readonly keyFields: readonly string[]
  readonly fields: readonly string[]
  /** Of them, those that hold documents. */
  readonly documents: readonly string[]
  /** All fields were asked for: the answer has a tag. */
  readonly isWhole: boolean
  /** By the key of a table, which its engine looks up. */
  readonly isByKey: boolean
}

interface Asked {
  readonly fields?: readonly string[] | undefined
  readonly id_field?: readonly string[] | undefined
}

/** `joins` are fields that are read besides. Throws `bad_request`. */
export function planRecord(table: Table, asked: Asked, joins: readonly string[] = []): RecordPlan {
  const shown = planFields(table, asked.fields)
  const fields = joins.length === 0 ? shown : [...new Set([...shown, ...joins])]
  const isDocument = ({ name, type }: Field) => valueClassOf(type) === 'json' && fields.includes(name)
  const keyFields = identifyingFields(table, asked.id_field)
  return {
    table,
    keyFields,
    fields: Object.freeze(fields),
    documents: table.fields.filter(isDocument).map(({ name }) => name),
    isWhole: asked.fields === undefined || asked.fields.includes('*'),
    isByKey: !table.isView && keyFields.join() === table.primaryKey.join(),
  }
}

/** Finds the record, and a second one where the identifier is none. Throws `bad_request` for an id of another type. */
export function selectRecord(
  { table, keyFields, fields, isByKey }: RecordPlan,
  id: string,
  access: Extract<Access, { allowed: true }>,
): SelectQuery {
  const where = allOf(whereKey(keyFields, keyOf(table, keyFields, id)), rowFilter(table, access))
  return { table, fields, ...(where ? { where } : {}), limit: 2, as: 'json', isBrief: isByKey }
}

/** A record, with what changes when it does. */
export interface TaggedRecord {
  readonly row: Row
  /** Text of the row, where the engine had it and nothing was added: as a list of records has it. */
  readonly json?: string
  /** There when all fields were read. */
  readonly tag?: string
}

/** The same without the row, from its text alone, where that tells all there is to tell. */
export function recordText(found: SelectResult, { table, isWhole }: RecordPlan): RecordText | undefined {
  if (!('json' in found) || found.count !== 1) return undefined
  if (isWhole && (!found.isCanonical || table.versionField !== undefined)) return undefined
  const json = withoutBrackets(found.json)
  return isWhole ? { json, tag: tagOfText(json) } : { json }
}

export type RecordText = Required<Pick<TaggedRecord, 'json'>> & Pick<TaggedRecord, 'tag'>

/** Throws `not_found`, or `conflict` for an identifier of several records. */
export function recordFound(found: SelectResult, plan: RecordPlan, id: string): TaggedRecord {
  const rows = 'rows' in found ? found.rows : rowsOfText(found.json, plan.documents)
  const [row] = rows
  if (!row) throw recordNotFound(id)
  if (rows.length > 1)
    throw new AppError('conflict', `More than one record has the identifier '${id}'.`, {
      hint: 'Use a filter.',
    })
  return {
    row,
    ...('json' in found && { json: withoutBrackets(found.json) }),
    ...(plan.isWhole && { tag: recordTag(plan.table, row) }),
  }
}

/** The one element of a list. */
function withoutBrackets(list: string): string {
  return list.slice(list.indexOf('[') + 1, list.lastIndexOf(']'))
}
