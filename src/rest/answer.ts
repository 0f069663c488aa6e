import { toJsonText } from '../core/exact-json.ts'
import type { RecordStream } from '../operations/database/stream-records.ts'
import { WRAPPER } from './body.ts'
import type { RestRequest } from './rest-request.ts'

/** The text of a JSON answer or of another type, a file, or records in parts for a format that takes them so. */
export type Answer = string | JsonBytes | Created | Written | AnswerFile | typeof NOT_MODIFIED | RecordStream

/** The text of a JSON answer in UTF-8. */
export interface JsonBytes {
  readonly utf8: Buffer
}

interface Created {
  readonly status: 201
  readonly text: string
}

interface Written {
  readonly contentType: string
  readonly text: string
}

interface AnswerFile {
  readonly contentType: string
  readonly bytes: Buffer
  /** What a browser is told to keep it as. */
  readonly fileName: string
}

/** 304: the client has it already. */
export const NOT_MODIFIED = Symbol('not modified')

/** A list as the wire has it. With `meta` the wrapper stays, whatever `wrap` says. */
export function listAnswer(
  { wrap }: Pick<RestRequest, 'wrap'>,
  items: readonly unknown[],
  meta?: object,
): string {
  return listTextAnswer({ wrap }, toJsonText(items), meta)
}

/** The same from the text of the list, which is passed on untouched. */
export function listTextAnswer(form: Pick<RestRequest, 'wrap'>, text: string, meta?: object): string {
  const [head, tail] = around(form, meta)
  return `${head}${text}${tail}`
}

/** The same from its bytes. */
export function listBytesAnswer(
  form: Pick<RestRequest, 'wrap'>,
  pieces: readonly Uint8Array[],
  meta?: object,
): JsonBytes {
  const [head, tail] = around(form, meta)
  return { utf8: Buffer.concat([Buffer.from(head), ...pieces, Buffer.from(tail)]) }
}

/** What stands before and behind a list. */
function around(
  { wrap }: Pick<RestRequest, 'wrap'>,
  meta: object | undefined,
): readonly [head: string, tail: string] {
  if (meta !== undefined) return [`{"${WRAPPER}":`, `,"meta":${JSON.stringify(meta)}}`]
  return wrap ? [`{"${WRAPPER}":`, '}'] : ['', '']
}
