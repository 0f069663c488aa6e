import { type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { fromJsonText } from '../../core/from-json-text.ts'
import { findByName } from '../../core/names.ts'
import type { InputRecord } from './inputs.ts'

/**
 * A record of texts alone, as CSV, XML and forms have them: what stands for a JSON field is read as JSON, and so are records under
 * other names. Throws `bad_request`.
 */
export function readTexts(table: Table, record: InputRecord): InputRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value]
      const field = findByName(table.fieldByName, name)
      if (!field) return [name, recordsIn(value)]
      return [name, valueClassOf(field.type) === 'json' ? jsonIn(field.name, value) : value]
    }),
  )
}

interface Texts {
  readonly as_texts?: boolean | undefined
  readonly records: readonly InputRecord[]
}

/** A request with its records read, where they are texts. */
export function withTextsRead<R extends Texts>(table: Table, request: R): R {
  if (!request.as_texts) return request
  return { ...request, records: request.records.map((record) => readTexts(table, record)) }
}

function jsonIn(field: string, text: string): Json {
  try {
    return fromJsonText(text)
  } catch (cause) {
    throw new AppError('bad_request', `Field '${field}' must be valid JSON.`, {
      hint: 'In CSV, XML and forms the values of JSON fields are JSON: text stands in quotation marks.',
      cause,
      context: { field },
    })
  }
}

/** Related records in a cell, as answers in CSV have them; any other text is what it is. */
function recordsIn(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return fromJsonText(text)
  } catch {
    return text
  }
}
