import { z } from 'zod'
import type { RowText } from '../src/core/database/row-text.ts'
import type { Json } from '../src/core/database/value.ts'
import { CURSOR_AFTER, LIST_TEXT } from '../src/core/tool.ts'
import type { RoutineDescription } from '../src/operations/database/list-routines.ts'
import { parameterText } from '../src/operations/database/routine-access.ts'
import {
  type FieldDescription,
  type RelationDescription,
  UNIQUE_ALONE,
} from '../src/operations/database/table-description.ts'
import type { WriteAnswer } from '../src/operations/database/write-answer.ts'

type Item = Record<string, unknown>

const items = z.array(z.unknown())

/** A list under its own key, with what a caller must know to see the rest of it. */
export function listOutput(key: string) {
  return z.object({ [key]: z.array(z.unknown()), next_offset: z.int().optional() })
}

/** Of a page of a listing: text and data together are under 4 000 tokens of four characters. */
export const LISTING_BYTES = 7_800

/** Rows of a read. */
export const rowsOutput = z.object({
  rows: items,
  returned: z.int(),
  next_offset: z.int().optional(),
  next_cursor: z.string().optional(),
})

/** Rows of a write: `affected` counts them all, `rows` shows their keys or the fields asked for. */
export const writtenOutput = z.object({
  affected: z.int(),
  rows: items,
  dry_run: z.boolean().optional(),
  sample_before: items.optional(),
  sample_after: items.optional(),
  confirmation: z.string().optional(),
})

/** What was written; of a dry run what would be: then `affected` counts that. */
export function writtenRows({ affected, rows, preview }: WriteAnswer) {
  return preview ? { dry_run: true, ...preview, rows } : { affected, rows }
}

interface RowsPage {
  readonly rows?: readonly Item[]
  readonly text?: RowText
  readonly returned: number
  readonly offset: number
  readonly has_more: boolean
  readonly cursor_after?: (index: number) => string | undefined
  readonly cut_cursor?: (index: number) => string | undefined
}

/** A page of rows with the way to the next one: a cursor where there can be one, and an offset unless it began at a cursor. */
export function rowsPage(page: RowsPage, { cursor }: { readonly cursor?: string | undefined } = {}) {
  const { rows = [], text, returned, offset, has_more, cursor_after, cut_cursor = cursor_after } = page
  const next = has_more ? (cursor_after ?? cut_cursor)?.(returned - 1) : undefined
  const output: RowsOutput = text ? { returned, has_more } : { rows, returned, has_more }
  if (text) output[LIST_TEXT] = text
  if (has_more && cursor === undefined) output.next_offset = offset + returned
  if (next !== undefined) output.next_cursor = next
  if (cut_cursor) output[CURSOR_AFTER] = cut_cursor
  return output
}

/** What of it is told stands in this order. */
interface RowsOutput {
  [LIST_TEXT]?: RowText
  rows?: readonly Item[]
  returned: number
  has_more: boolean
  next_offset?: number
  next_cursor?: string
  [CURSOR_AFTER]?: (index: number) => string | undefined
  total?: number
  schema?: readonly Item[]
}

/** What a model needs of a column; what is null, false or a matter of display is left out. */
export function terseField(field: FieldDescription): Item {
  const { alias, name, type, db_type, required, auto_increment, description } = field
  return present({
    name: alias ?? name,
    type,
    db_type,
    primary_key: field.is_primary_key,
    required,
    nullable: field.allow_null,
    default: shownDefault(field.default),
    auto_increment,
    unique: field[UNIQUE_ALONE],
    values: field.picklist,
    types: field.types?.map(({ type, share }) => `${type} ${Math.round(share * 100)}%`).join(', '),
    ref: field.ref_table === null ? null : `${field.ref_table}.${field.ref_field ?? ''}`,
    description,
  })
}

/** A value as it is, an expression in parentheses: `(CURRENT_TIMESTAMP)`. */
function shownDefault(value: Json): Json {
  const isExpression = typeof value === 'object' && value !== null && 'expression' in value
  return isExpression ? `(${String(value.expression)})` : value
}

/** What a model needs of a relationship. */
export function terseRelation(relation: RelationDescription): Item {
  const { alias, name, type, field, ref_table, ref_field, junction_table } = relation
  return present({ name: alias ?? name, type, field, ref_table, ref_field, junction_table })
}

/** What a model needs of a stored routine. */
export function terseRoutine({ name, return_type, params, description }: RoutineDescription): Item {
  const parameters = params.map((one) => parameterText({ ...one, mode: one.param_type })).join(', ')
  return present({ name, parameters, returns: return_type, description })
}

/** An object without the keys that say nothing. */
export function present(object: Readonly<Item>): Item {
  const says = (value: unknown) => value !== null && value !== undefined && value !== false && value !== ''
  return Object.fromEntries(Object.entries(object).filter(([, value]) => says(value)))
}
