import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { VERB_BIT, VERBS } from '../../core/policy.ts'
import { invalidRecord } from '../crud/problems.ts'
import { flag, optionalText, text, wholeNumber } from '../field-rules.ts'
import { defineSystemResource } from '../system-resource.ts'
import type { WriteTools } from '../write-context.ts'

const ALL = VERBS.reduce((mask, verb) => mask | VERB_BIT[verb], 0)

/** Verbs by name, with commas or as a list, or their mask. */
const verbs = z
  .union(
    [
      z.int().min(0).max(ALL),
      z
        .string()
        .transform((value) => value.split(',').map((verb) => verb.trim().toUpperCase()))
        .pipe(z.array(z.enum(VERBS))),
      z.array(z.string().toUpperCase().pipe(z.enum(VERBS))),
    ],
    { error: `The method field must be a list of ${VERBS.join(', ')}, or their mask.` },
  )
  .nullable()
  .transform(
    (value): Json =>
      Array.isArray(value) ? value.reduce((mask, verb) => mask | VERB_BIT[verb], 0) : (value ?? 0),
  )

export const cors = defineSystemResource({
  name: 'cors',
  description: 'Which web pages of other origins may use which addresses.',
  columns: {
    // Below the host, without a slash in front: `api/*`, `*`; a regular expression where it begins with `^`.
    path: { type: 'string', length: 255 },
    description: { type: 'string', length: 255, allowNull: true },
    origin: { type: 'text', allowNull: true },
    header: { type: 'text', allowNull: true },
    exposed_header: { type: 'text', allowNull: true },
    // A mask of verbs.
    method: { type: 'integer', default: 0 },
    // Seconds.
    max_age: { type: 'integer', default: 0 },
    supports_credentials: { type: 'boolean', default: false },
    enabled: { type: 'boolean', default: true },
  },
  unique: ['path'],
  opaque: ['method'],
  accepts: {
    path: text(255),
    description: optionalText(255),
    origin: optionalText(4_000),
    header: optionalText(4_000),
    exposed_header: optionalText(4_000),
    method: verbs,
    max_age: wholeNumber.pipe(
      z
        .int()
        .min(0)
        .max(86_400 * 30),
    ),
    supports_credentials: flag,
    enabled: flag,
  },
  required: ['path'],
  toColumns(given, { stored, tools }) {
    if (typeof given.path === 'string') requirePattern(given.path, tools)
    const { origin, supports_credentials } = { ...stored, ...given }
    if (given.origin) requireOrigins(String(given.origin))
    if (supports_credentials === true && String(origin ?? '').includes('*')) {
      throw wrongOrigin('The origin field must name the origins where supports_credentials is true.')
    }
    return given
  },
  shows: {
    method: {
      needs: [],
      show: ({ method }) => VERBS.filter((verb) => (Number(method) & VERB_BIT[verb]) !== 0),
    },
  },
})

function requirePattern(path: string, { checkPath }: WriteTools): void {
  try {
    checkPath(path)
  } catch (error) {
    if (error instanceof AppError) throw invalidRecord({ path: [error.message] })
    throw error
  }
}

/** Scheme, host and port, as a browser tells them (RFC 6454 §6.2): anything else would never be found. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*@]+$/i

function requireOrigins(given: string): void {
  const wrong = given
    .split(',')
    .map((part) => part.trim())
    .find((part) => part !== '' && part !== '*' && !ORIGIN.test(part))
  if (wrong !== undefined)
    throw wrongOrigin(
      `The origin field must be *, or origins such as https://example.com: '${wrong.slice(0, 100)}' is none.`,
    )
}

function wrongOrigin(sentence: string): AppError {
  return new AppError('bad_request', `Invalid data supplied. ${sentence}`, {
    context: { origin: [sentence] },
  })
}
