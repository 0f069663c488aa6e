import type { Field, Table, TableDefinition } from '../../../src/core/database/schema.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { plainText } from '../../../src/core/plain-text.ts'
import { storedValue } from './bind-value.ts'
import type { Call } from './calls.ts'
import { readValue } from './read-value.ts'
import type { StoredId } from './stored-document.ts'

interface Converted {
  write(): Promise<void>
}

/**
 * The values of fields that get another type, through their texts as databases cast. Looks at all of them first: one that is none of
 * the new type is refused.
 */
export async function convertedValues(
  was: TableDefinition,
  change: readonly Field[],
  now: Table,
  call: Call,
): Promise<Converted> {
  const fields = change.filter((field) => {
    const before = was.fields.find(({ name }) => name === field.name)
    return before && valueClassOf(before.type) !== valueClassOf(field.type)
  })
  const collection = call.collection(was.name)
  const each = async (work: (id: StoredId, field: Field, value: unknown) => Promise<void>) => {
    for (const field of fields) {
      const before = was.fields.find(({ name }) => name === field.name)
      const projection = { [field.name]: 1 }
      for await (const document of collection.find(
        { [field.name]: { $ne: null } },
        { ...call.options, projection },
      ))
        await work(document._id, field, convert(readValue(document[field.name], before?.type), field, now))
    }
  }
  await each(async () => {})
  return {
    write: () =>
      each(async (_id, { name }, value) => {
        await collection.updateOne({ _id }, { $set: { [name]: value } }, call.options)
      }),
  }
}

function convert(value: ReturnType<typeof readValue>, field: Field, now: Table): unknown {
  const to = valueClassOf(field.type)
  if (to === 'json') return storedValue(now, field.name, { json: value })
  const text = typeof value === 'object' ? JSON.stringify(value) : plainText(value)
  if (to !== 'boolean') return storedValue(now, field.name, text)
  if (/^(true|1)$/i.test(text)) return true
  if (/^(false|0)$/i.test(text)) return false
  throw new AppError('bad_request', `A value of field '${field.name}' is neither true nor false.`, {
    context: { field: field.name },
  })
}
