import { z } from 'zod'
import { noteOfTable, tableNoteIn } from './field-note.ts'
import { requireUnmentioned } from './mentioned-names.ts'
import type { ServerDocument } from './pipeline.ts'

const shape = z.looseObject({
  $jsonSchema: z
    .looseObject({
      title: z.string().optional(),
      required: z.array(z.string()).optional(),
      properties: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})

/** A validator with a field's new name; the field keeps its place. Throws `not_supported` for one that names it in other words. */
export function renamedValidator(validator: ServerDocument, from: string, to: string): ServerDocument {
  const where = 'The validator of this table'
  const read = shape.safeParse(validator)
  if (!read.success) {
    requireUnmentioned(validator, from, where)
    return validator
  }
  const { $jsonSchema, ...others } = read.data
  requireUnmentioned(others, from, where)
  if (!$jsonSchema) return validator
  const { title, required, properties, description, bsonType, ...rest } = $jsonSchema
  requireUnmentioned(Object.values(rest).filter(isComposed), from, where)
  const now = (name: string) => (name === from ? to : name)
  const note = tableNoteIn(title)
  return {
    ...others,
    $jsonSchema: {
      ...(bsonType !== undefined && { bsonType }),
      ...(title !== undefined && {
        title: note ? noteOfTable({ primaryKey: note.primaryKey.map(now) }) : title,
      }),
      ...(description !== undefined && { description }),
      ...rest,
      ...(required && { required: required.map(now) }),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [now(name), property]),
        ),
      }),
    },
  }
}

/** Words with a text or a number are of no field. */
function isComposed(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
