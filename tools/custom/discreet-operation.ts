import { AppError, isOutdated } from '../../src/core/errors.ts'
import type { Operation, OperationContext } from '../../src/core/operation.ts'
import { tableResource } from '../../src/operations/database/table-access.ts'

type Values = Readonly<Record<string, unknown>>

/** Errors about what a request names, or asks for without the right to it. */
const ABOUT_NAMES: ReadonlySet<string> = new Set(['bad_request', 'forbidden', 'not_found', 'not_supported'])

/**
 * The operation below a declared tool. An error may repeat what the caller sent, but not what the declaration alone names (`template`): columns, relations and
 * values that an administrator wrote, and that this caller may not see.
 */
export function discreetOperation(operation: Operation, template: Values): Operation {
  const declared = wordsIn(template)
  return {
    ...operation,
    async run(input, context) {
      try {
        return await operation.run(input, context)
      } catch (thrown) {
        throw isOutdated(thrown) ? thrown : discreet(thrown, declared, context)
      }
    },
  }
}

function discreet(thrown: unknown, declared: ReadonlySet<string>, context: OperationContext): unknown {
  if (!(thrown instanceof AppError) || !ABOUT_NAMES.has(thrown.code)) return thrown
  const visible = visibleWords(context)
  const { message, hint, didYouMean, context: facts } = thrown
  const told = wordsIn([message, hint, didYouMean, JSON.stringify(facts)])
  const isTelling = [...declared].some((word) => told.has(word) && !visible.has(word))
  if (!isTelling) return thrown
  return new AppError(
    thrown.code,
    'This tool cannot do that for you: it names what you may not use, or not so.',
    {
      hint: 'Use other tools, or ask whoever declared this one.',
      cause: thrown,
    },
  )
}

/** Names of the tables that the caller may read, and of what they have. */
function visibleWords({ service, caller }: OperationContext): ReadonlySet<string> {
  const tables = service.schemaNow()?.tables ?? []
  const readable = tables.filter(
    ({ name }) => caller.policy.decide(service.info.name, tableResource('_table', name), 'GET').allowed,
  )
  return wordsIn(readable.map(({ name, alias, fieldByName }) => [name, alias, [...fieldByName.keys()]]))
}

/** Words and numbers of the texts in a value; places for values are none. */
function wordsIn(value: unknown, words = new Set<string>()): Set<string> {
  if (typeof value === 'string')
    for (const [word] of value.replaceAll(/\{[^{}]*\}/g, ' ').matchAll(/[\p{L}\p{N}_]{2,}/gu))
      words.add(word.toLowerCase())
  else if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) wordsIn(one, words)
  return words
}
