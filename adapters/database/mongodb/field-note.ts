import { z } from 'zod'
import { type Field, SIMPLE_TYPES } from '../../../src/core/database/schema.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'

/**
 * What a validator has no word for, as JSON in the `title` of a property or of the whole: the database keeps it and gives it no
 * meaning. A title that is something else is none.
 */
const fieldNote = z.strictObject({
  type: z.enum(SIMPLE_TYPES),
  length: z.int().optional(),
  precision: z.int().optional(),
  scale: z.int().optional(),
  default: z.json().optional(),
  autoIncrement: z.literal(true).optional(),
})
type FieldNote = z.output<typeof fieldNote>

const tableNote = z.strictObject({ primaryKey: z.array(z.string()) })
type TableNote = z.output<typeof tableNote>

export function noteOfField({
  type,
  length,
  precision,
  scale,
  default: value,
  autoIncrement,
}: Field): string {
  const note: FieldNote = {
    type,
    ...(length !== undefined && { length }),
    ...(precision !== undefined && { precision }),
    ...(scale !== undefined && { scale }),
    ...(value !== undefined && { default: z.json().parse(value) }),
    ...(autoIncrement && { autoIncrement }),
  }
  return JSON.stringify(note)
}

export function noteOfTable(note: TableNote): string {
  return JSON.stringify(note)
}

export function fieldNoteIn(title: string | undefined): FieldNote | undefined {
  return readNote(title, fieldNote)
}

export function tableNoteIn(title: string | undefined): TableNote | undefined {
  return readNote(title, tableNote)
}

function readNote<T>(title: string | undefined, shape: z.ZodType<T>): T | undefined {
  if (!title?.startsWith('{')) return undefined
  try {
    return shape.safeParse(fromJsonText(title)).data
  } catch {
    return undefined
  }
}
