import { type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { findByName } from '../../core/names.ts'
import type { RelatedPlan } from './related-plan.ts'

/** Of these fields, those that hold bytes which nothing is found by: keys are told, so that rows can be named. */
export function binaryFields(table: Table, names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const field = findByName(table.fieldByName, name)
    return field !== undefined && valueClassOf(field.type) === 'binary' && !isInKey(table, field.name)
  })
}

function isInKey({ primaryKey, foreignKeys }: Table, name: string): boolean {
  return primaryKey.includes(name) || foreignKeys.some(({ fields }) => fields.includes(name))
}

/** Rows of one table with the same fields, for the same reader. */
export function describedRows(table: Table, rows: readonly Row[]): Promise<readonly Row[]> {
  return describeBinary(rows, binaryFields(table, Object.keys(rows[0] ?? {})), [])
}

/** Rows, and the related rows in them, for a reader who can make nothing of bytes: each value says what it is and how long. */
export async function describeBinary(
  rows: readonly Row[],
  fields: readonly string[],
  plans: readonly RelatedPlan[],
): Promise<readonly Row[]> {
  const inner = await Promise.all(
    plans.map(async (plan) => ({ name: plan.name, source: await plan.source() })),
  )
  const changed = await Promise.all(
    inner.map(async ({ name, source }) => {
      const own = binaryFields(source.target, source.fields)
      return { name, describe: (list: readonly Row[]) => describeBinary(list, own, source.related) }
    }),
  )
  if (fields.length === 0 && changed.length === 0) return rows
  return Promise.all(
    rows.map(async (row) => {
      const described: Record<string, Json> = { ...row }
      for (const name of fields)
        described[name] = described[name] === undefined ? null : words(described[name])
      for (const { name, describe } of changed) described[name] = await inside(described[name], describe)
      return described
    }),
  )
}

async function inside(
  value: Json | undefined,
  describe: (rows: readonly Row[]) => Promise<readonly Row[]>,
): Promise<Json> {
  if (Array.isArray(value)) return describe(value.filter(isRow))
  if (!isRow(value)) return value ?? null
  const [row = value] = await describe([value])
  return row
}

function isRow(value: Json | undefined): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `<image/png, 2048 bytes>` for base64 text; null stays null. */
function words(value: Json): Json {
  if (typeof value !== 'string') return value
  const bytes = Buffer.byteLength(value, 'base64')
  return `<${kindOf(value)}, ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}>`
}

/** What bytes of a common kind begin with, in hex. */
const BEGINNINGS: readonly (readonly [hex: string, kind: string])[] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['47494638', 'image/gif'],
  ['25504446', 'application/pdf'],
  ['504b0304', 'application/zip'],
  ['1f8b', 'application/gzip'],
]

function kindOf(base64: string): string {
  const start = Buffer.from(base64.slice(0, 16), 'base64').toString('hex')
  return BEGINNINGS.find(([hex]) => start.startsWith(hex))?.[1] ?? 'binary'
}
