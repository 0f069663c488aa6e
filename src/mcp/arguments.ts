import { AppError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import type { ToolWords } from '../core/tool.ts'

type Given = Readonly<Record<string, unknown>>

/**
 * A model's arguments as the tool's own: `tableName`, `table-name` and `Table Name` are `table_name`, null is "not given".
 * Throws `bad_request` that names every unknown, doubled, missing or mistyped argument; nothing is dropped silently.
 */
export function readArguments(tool: ToolWords, given: Given): Record<string, unknown> {
  const { known, tooLong, problems } = canonical(tool, given)
  const parsed = tool.arguments.safeParse(known)
  if (parsed.success && problems.length === 0) return parsed.data
  const mistyped = parsed.success
    ? []
    : parsed.error.issues
        .filter(({ path: [name] }) => !tooLong.has(String(name)))
        .slice(0, MOST_TOLD)
        .map((issue) => mistake(tool, issue.path, issue.message, known))
  const all = [...problems, ...mistyped]
  const didYouMean = all.flatMap(({ near }) => near)
  throw new AppError(
    'bad_request',
    `Invalid arguments for ${tool.name}: ${all.map(({ text }) => text).join('; ')}.`,
    {
      hint: `Valid: ${namesOf(tool).join(', ') || 'none, this tool takes no arguments'}.`,
      ...(didYouMean.length > 0 ? { didYouMean } : {}),
    },
  )
}

/** Most mistakes of a kind that are told; a call with more is not read to its end. */
const MOST_TOLD = 10

/** Longer lists are refused before they are walked. */
const LONGEST_LIST = 10_000

interface Problem {
  readonly text: string
  readonly near: readonly string[]
}

interface Canonical {
  readonly known: Record<string, unknown>
  /** Names of arguments that are there, and not among the known. */
  readonly tooLong: ReadonlySet<string>
  readonly problems: Problem[]
}

function canonical(tool: ToolWords, given: Given): Canonical {
  const known: Record<string, unknown> = {}
  const tooLong = new Set<string>()
  const spelled = new Map<string, string>()
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(given)) {
    if (problems.length === MOST_TOLD) break
    const name = Object.hasOwn(tool.arguments.shape, key) ? key : bySpelling(tool, key)
    const before = name === undefined ? undefined : spelled.get(name)
    if (name === undefined) problems.push(unknown(tool, key))
    else if (before !== undefined)
      problems.push({ text: `argument '${name}' given twice (as '${before}' and '${key}')`, near: [] })
    else if (Array.isArray(value) && value.length > LONGEST_LIST) {
      tooLong.add(name)
      problems.push({ text: `argument '${name}' has more than ${LONGEST_LIST} items`, near: [] })
    } else {
      spelled.set(name, key)
      if (value !== null) known[name] = value
    }
  }
  return { known, tooLong, problems }
}

function bySpelling(tool: ToolWords, key: string): string | undefined {
  const wanted = squeezed(key)
  return namesOf(tool).find((name) => squeezed(name) === wanted)
}

function squeezed(name: string): string {
  return name.replaceAll(/[-_\s]/g, '').toLowerCase()
}

function unknown(tool: ToolWords, key: string): Problem {
  const told = key.slice(0, 100)
  const near = nearest(told, namesOf(tool), 1)
  return {
    text: `unknown argument '${told}'${near[0] === undefined ? '' : `, did you mean '${near[0]}'`}`,
    near,
  }
}

/** `'limit': Too big: expected number to be <=1000` with the argument's own words, which show its shape. */
function mistake(tool: ToolWords, path: readonly PropertyKey[], message: string, known: Given): Problem {
  const [name = ''] = path
  const words = tool.arguments.shape[String(name)]?.description
  const missing = path.length === 1 && !Object.hasOwn(known, name)
  const at = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  const told = missing ? 'is required' : message.replace('Invalid input: ', '')
  return { text: `'${at.slice(1)}' ${told}${words ? ` (${words})` : ''}`, near: [] }
}

function namesOf(tool: ToolWords): string[] {
  return Object.keys(tool.arguments.shape)
}
