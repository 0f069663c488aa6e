import { createRequire } from 'node:module'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'

/** An OpenAPI document that somebody wrote: 3.0 or 3.1, whatever else is in it. */
export type ServiceDescription = z.infer<typeof description>

/** Of `format` (dreamfactory-rest §7.3). */
const YAML = 1
/** Aliases a document may use: more are a trick to make it large. */
const MOST_ALIASES = 100

const description = z
  .object({
    openapi: z.string().regex(/^3\.[01]\.\d+$/, { error: "'openapi' must be 3.0.x or 3.1.x." }),
    paths: z.record(z.string(), z.record(z.string(), z.json())),
  })
  .catchall(z.json())

/** Throws `bad_request` with what is wrong, for the field `content`. */
export function readDescription(content: string, format: number): ServiceDescription {
  const read = description.safeParse(parsed(content, format))
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw wrongContent(`${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'is none'}`)
}

function parsed(content: string, format: number): unknown {
  try {
    return format === YAML ? yaml().parse(content, { maxAliasCount: MOST_ALIASES }) : JSON.parse(content)
  } catch (error) {
    throw wrongContent(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be read')
  }
}

/** Loaded at the first document that is written in it. */
function yaml(): typeof import('yaml') {
  return createRequire(import.meta.url)('yaml')
}

function wrongContent(reason: string): AppError {
  const sentence = `The content field must be an OpenAPI document: ${reason.slice(0, 200)}`
  return new AppError('bad_request', `Invalid data supplied. ${sentence}`, {
    context: { content: [sentence] },
    hint: 'format is 0 for JSON and 1 for YAML.',
  })
}
