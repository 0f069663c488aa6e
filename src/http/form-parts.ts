import { AppError } from '../core/errors.ts'

/** A file in a form. */
interface FormFile {
  /** The name of its field. */
  readonly field: string
  /** As the client calls it; empty when it does not say. */
  readonly name: string
  readonly bytes: Buffer
}

/** A form with files (RFC 7578). */
export interface FormParts {
  readonly fields: ReadonlyMap<string, string>
  readonly files: readonly FormFile[]
}

const MOST_FIELDS = 100
const MOST_FILES = 10
const MOST_FIELD_BYTES = 64 * 1024

/** Reads a whole `multipart/form-data` body. Throws `bad_request` for one that is none, or has too many parts. */
export async function parseFormParts(body: Buffer, contentType: string): Promise<FormParts> {
  const fields = new Map<string, string>()
  const files: FormFile[] = []
  const reader = await readerOf(contentType)
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => reject(notAForm(cause))
    reader.on('file', (field, stream, name) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', refuse)
      stream.on('end', () => files.push({ field, name: name ?? '', bytes: Buffer.concat(chunks) }))
    })
    reader.on('field', (name, value, isNameCut, isValueCut) => {
      if (isNameCut || isValueCut) reject(tooMuch())
      else fields.set(name, value)
    })
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
      reader.on(limit, () => reject(tooMuch()))
    reader.on('error', refuse)
    reader.on('finish', () => resolve({ fields, files }))
    reader.end(body)
  })
}

/** Rejects for a type without a boundary. */
async function readerOf(contentType: string) {
  const { Busboy } = await import('@fastify/busboy')
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fields: MOST_FIELDS, files: MOST_FILES, fieldSize: MOST_FIELD_BYTES, fieldNameSize: 200 },
    })
  } catch (cause) {
    throw notAForm(cause)
  }
}

/** What a body parser has made of a form. */
export function isFormParts(body: unknown): body is FormParts {
  return (
    typeof body === 'object' &&
    body !== null &&
    'fields' in body &&
    body.fields instanceof Map &&
    'files' in body &&
    Array.isArray(body.files)
  )
}

function notAForm(cause: unknown): AppError {
  return new AppError(
    'bad_request',
    'The request body is not a complete form with files (multipart/form-data).',
    {
      cause,
    },
  )
}

function tooMuch(): AppError {
  return new AppError(
    'bad_request',
    'The form in the request body has too many parts, or a part is too long.',
    {
      hint: `A form holds at most ${MOST_FIELDS} fields of ${MOST_FIELD_BYTES} bytes and ${MOST_FILES} files.`,
    },
  )
}
