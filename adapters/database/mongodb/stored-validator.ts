import { z } from 'zod'
import type { Field } from '../../../src/core/database/schema.ts'
import type { Call } from './calls.ts'
import type { ServerDocument } from './pipeline.ts'
import { propertyOf } from './validator.ts'

/** The validator of a collection as the database has it, whatever else is in it. */
const validatorShape = z.looseObject({
  $jsonSchema: z
    .looseObject({
      required: z.array(z.string()).default([]),
      properties: z.unknown().optional(),
    })
    .default({ required: [] }),
})
type Validator = z.output<typeof validatorShape>

const info = z.object({ options: z.object({ validator: validatorShape.optional() }) })

/** What becomes of the fields of a validator. */
export interface FieldChanges {
  readonly put: readonly Field[]
  readonly drop: readonly string[]
}

export async function readValidator(name: string, { db, options }: Call): Promise<Validator> {
  const found = await db.listCollections({ name }, options).toArray()
  const own = found.find((one) => one.name === name)
  return info.safeParse(own).data?.options.validator ?? validatorShape.parse({})
}

/** The fields of a new form are in their places, new ones at the end. */
export function changedValidator(was: Validator, { put, drop }: FieldChanges): ServerDocument {
  const { required, properties, ...others } = was.$jsonSchema
  const now = new Map(entriesOf(properties).filter(([name]) => !drop.includes(name)))
  for (const field of put) now.set(field.name, propertyOf(field))
  const touched = new Set([...drop, ...put.map(({ name }) => name)])
  const still = [
    ...required.filter((name) => !touched.has(name)),
    ...put.filter(({ allowNull, name }) => !allowNull && name !== '_id').map(({ name }) => name),
  ]
  return {
    ...was,
    $jsonSchema: {
      bsonType: 'object',
      ...others,
      ...(still.length > 0 && { required: still }),
      properties: Object.fromEntries(now),
    },
  }
}

function entriesOf(properties: unknown): [string, unknown][] {
  return typeof properties === 'object' && properties !== null ? Object.entries(properties) : []
}

export async function setValidator(
  name: string,
  validator: ServerDocument,
  { db, options }: Call,
): Promise<void> {
  await db.command({ collMod: name, validator }, options)
}

/** A field of every document: those that are there get its default. */
export async function fillDefault(table: string, name: string, value: unknown, call: Call): Promise<void> {
  await call
    .collection(table)
    .updateMany({ [name]: { $exists: false } }, { $set: { [name]: value } }, call.options)
}
