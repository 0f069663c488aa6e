import { runInNewContext } from 'node:vm'
import type { Field } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { plainText } from '../../core/plain-text.ts'

/** What the rules of a field say of a value: it is written, or the field is left out. */
export type Verdict = 'write' | 'leave out'

type Options = Readonly<Record<string, Json>>

interface Rule {
  /** What is said when it does not hold; `{f}` is the field. */
  readonly message: string
  /** False: it does not hold. */
  readonly holds: (value: Json, options: Options, field: Field, creates: boolean) => boolean
}

/** By name (dreamfactory-rest §5.2). Null passes what says nothing of null, and false is a boolean, 0 a number. */
const RULES: Readonly<Record<string, Rule>> = {
  api_read_only: { message: "Field '{f}' is read only.", holds: () => false },
  create_only: {
    message: "Field '{f}' can only be set during record creation.",
    holds: (_value, _options, _field, creates) => creates,
  },
  not_null: { message: "Field '{f}' value can not be null.", holds: (value) => value !== null },
  not_empty: {
    message: "Field '{f}' value can not be empty.",
    holds: (value) => value !== null && value !== '',
  },
  not_zero: {
    message: "Field '{f}' value can not be zero.",
    holds: (value) => value === null || Number(value) !== 0,
  },
  email: {
    message: "Field '{f}' value must be a valid email address.",
    holds: ofText(
      (text) => /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text) && text.length <= 254,
    ),
  },
  url: { message: "Field '{f}' value must be a valid URL.", holds: isUrl },
  int: { message: "Field '{f}' value is not in the valid range.", holds: isInteger },
  float: {
    message: "Field '{f}' value is not an acceptable float value.",
    holds: ofText((text, { decimal = '.' }) => {
      const plain = text.replace(String(decimal), '.')
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain.trim())
    }),
  },
  boolean: {
    message: "Field '{f}' value is not an acceptable boolean value.",
    holds: ofText((text) => /^(true|false|1|0|on|off|yes|no|y|n|t|f)$/i.test(text)),
  },
  match: { message: "Field '{f}' value is invalid.", holds: ofText(matches) },
  picklist: {
    message: "Field '{f}' value is invalid.",
    holds: (value, _options, { picklist = [], values = picklist }) =>
      value === null || values.includes(plainText(value)),
  },
}

const TOO_FEW = "Field '{f}' value does not contain enough selections."
const TOO_MANY = "Field '{f}' value contains too many selections."

/** Names of the rules there are. */
export const RULE_NAMES: readonly string[] = [...Object.keys(RULES), 'multi_picklist']

/** Looks at a value by the rules of its field. Throws `bad_request` with the rule's own message, or the usual one. */
export function requireRules(field: Field, value: Json, creates: boolean): Verdict {
  for (const [name, given] of Object.entries(field.validation ?? {})) {
    const options = isObject(given) ? given : {}
    const message = broken(name, options, { field, value, creates })
    if (message === undefined) continue
    const { on_fail } = options
    // What is not meant for callers is left out without a word, unless the rule says otherwise.
    if (on_fail === 'ignore_field' || (SILENT.has(name) && typeof on_fail !== 'string')) return 'leave out'
    const own = typeof on_fail === 'string' && on_fail.trim() !== '' ? on_fail : undefined
    throw new AppError('bad_request', own ?? message.replace('{f}', field.name), {
      context: { field: field.name, rule: name },
    })
  }
  return 'write'
}

const SILENT: ReadonlySet<string> = new Set(['api_read_only', 'create_only'])

interface Looked {
  readonly field: Field
  readonly value: Json
  readonly creates: boolean
}

/** The usual message of a rule that does not hold; undefined when it does. */
function broken(name: string, options: Options, { field, value, creates }: Looked): string | undefined {
  if (name === 'multi_picklist') return brokenSelection(value, options, field)
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined
  return rule && !rule.holds(value, options, field, creates) ? rule.message : undefined
}

function brokenSelection(
  value: Json,
  options: Options,
  { picklist = [], values = picklist }: Field,
): string | undefined {
  if (value === null) return undefined
  const delimiter = typeof options.delimiter === 'string' ? options.delimiter : ','
  const chosen = plainText(value)
    .split(delimiter)
    .map((one) => one.trim())
  if (chosen.some((one) => !values.includes(one))) return "Field '{f}' value is invalid."
  if (chosen.length < Number(options.min ?? 0)) return TOO_FEW
  return chosen.length > Number(options.max ?? Number.POSITIVE_INFINITY) ? TOO_MANY : undefined
}

function ofText(test: (text: string, options: Options) => boolean): Rule['holds'] {
  return (value, options) => value === null || (typeof value !== 'object' && test(String(value), options))
}

function isUrl(value: Json, { sections }: Options): boolean {
  if (value === null) return true
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (!url?.hostname) return false
  const needed = Array.isArray(sections) ? sections.map(plainText) : []
  return (
    (!needed.includes('path') || url.pathname.length > 1) &&
    (!needed.includes('query') || url.search.length > 1)
  )
}

const FORMATS: Readonly<Record<string, RegExp>> = { hex: /^0x[\da-f]+$/i, octal: /^0o?[0-7]+$/i }

function isInteger(value: Json, { range, formats }: Options): boolean {
  if (value === null) return true
  const text = plainText(value).trim()
  const others = Array.isArray(formats) ? formats.map(plainText) : []
  const format = others.find((one) => FORMATS[one]?.test(text))
  if (format === undefined && !/^[+-]?\d+$/.test(text)) return false
  const number = format === 'octal' ? Number.parseInt(text.replace(/^0o?/i, ''), 8) : Number(text)
  const { min, max } = isObject(range) ? range : {}
  return (
    number >= Number(min ?? Number.NEGATIVE_INFINITY) && number <= Number(max ?? Number.POSITIVE_INFINITY)
  )
}

/** A pattern comes from whoever may change the schema: one that takes too long is stopped. */
const MATCH_MS = 100
const MOST_TRIES = 3

function matches(text: string, { regexp }: Options): boolean {
  const pattern = patternOf(regexp)
  if (!pattern) return false
  for (let tries = 1; ; tries++) {
    try {
      return runInNewContext('pattern.test(text)', { pattern, text }, { timeout: MATCH_MS }) === true
    } catch {
      // The time is of the clock: on a busy machine it passes without any work.
      if (tries === MOST_TRIES)
        throw new AppError('bad_request', 'A value could not be compared with its pattern in time.')
    }
  }
}

const BASE64 = /^[\w+/-]+={0,2}$/

/** In base64, with or without slashes around it; undefined for what is no pattern. */
export function patternOf(regexp: Json | undefined): RegExp | undefined {
  if (typeof regexp !== 'string' || !BASE64.test(regexp)) return undefined
  const source = Buffer.from(regexp, 'base64').toString('utf8')
  const [, inner = source, flags = ''] = /^\/(.*)\/([imsu]*)$/s.exec(source) ?? []
  try {
    return new RegExp(inner, flags)
  } catch {
    return undefined
  }
}

function isObject(value: Json | undefined): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
