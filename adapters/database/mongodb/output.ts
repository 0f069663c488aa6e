import type { SimpleType } from '../../../src/core/database/schema.ts'
import type { Json, Row } from '../../../src/core/database/value.ts'
import type { ServerDocument } from './pipeline.ts'
import { readValue } from './read-value.ts'

/** A value of the answer: under which key the documents have it, and under which name the rows. */
export interface Output {
  readonly key: string
  readonly name: string
  readonly type?: SimpleType
  /** A mean is a fraction: as many digits of it as a double has. */
  readonly isMean?: boolean
}

/** The row that a document of the answer stands for. */
export function rowOf(document: ServerDocument, outputs: readonly Output[]): Row {
  return Object.fromEntries(outputs.map((output) => [output.name, cellOf(document[output.key], output)]))
}

function cellOf(value: unknown, { type, isMean }: Output): Json {
  const read = readValue(value, type)
  return isMean && read !== null ? Number(read) : read
}
