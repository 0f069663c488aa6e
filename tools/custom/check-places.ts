import type { CustomParameter } from '../../src/core/custom-tool.ts'
import { isCondition, placeIn } from './bind-arguments.ts'

interface Place {
  readonly name: string
  /** `where.value` */
  readonly at: string
  /** It may be left empty: then the field or condition is left out. */
  readonly mayBeEmpty: boolean
}

/** Arguments in which values may stand, of any tool: everything else is for the administrator alone to say. */
const VALUES_IN: ReadonlySet<string> = new Set(['where', 'ids', 'records', 'parameters', 'limit', 'offset'])

/** Where a condition names something instead of comparing with it. */
const NAMES_IN_CONDITION: ReadonlySet<string> = new Set(['column', 'field', 'op', 'operator'])

/** What is wrong with the places of a template; nothing when all are values of parameters. */
export function placeProblems(
  template: Readonly<Record<string, unknown>>,
  parameters: readonly CustomParameter[],
): string[] {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  const problems: string[] = []
  for (const [argument, value] of Object.entries(template)) {
    if (argument === 'filter') continue
    for (const { name, at, mayBeEmpty } of placesOf(value, argument)) {
      const parameter = known.get(name)
      if (!parameter) problems.push(`{${name}} in '${at}' is no parameter`)
      else if (!VALUES_IN.has(argument) || isName(at))
        problems.push(`{${name}} may not stand in '${at}', which is no value`)
      else if (!mayBeEmpty && isOptional(parameter))
        problems.push(`{${name}} in '${at}' must be required or have a default`)
    }
  }
  return problems
}

/** The parameters that have a place in a template. */
export function placeNames(template: Readonly<Record<string, unknown>>): readonly string[] {
  return placesOf(template, '').map(({ name }) => name)
}

export function isOptional({ required = true, default: otherwise }: CustomParameter): boolean {
  return !required && otherwise === undefined
}

function isName(at: string): boolean {
  return at.startsWith('where.') && at.endsWith('()')
}

function placesOf(value: unknown, at: string, mayBeEmpty = true): Place[] {
  const name = placeIn(value)
  if (name !== undefined) return [{ name, at, mayBeEmpty }]
  if (Array.isArray(value)) {
    const isList = value.some((item) => placeIn(item) !== undefined)
    return value.flatMap((item) => placesOf(item, at, mayBeEmpty && !isList))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const isNaming = isCondition(value) && NAMES_IN_CONDITION.has(key)
    // Without one of its conditions it would mean something else.
    const isOther = key.toLowerCase() === 'or' || key.toLowerCase() === 'not'
    return placesOf(item, `${at}.${key}${isNaming ? '()' : ''}`, mayBeEmpty && !isOther)
  })
}
