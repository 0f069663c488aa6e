import type { FilterExpression, FilterValue } from '../../core/filter.ts'
import { mapValues } from '../../filter/map-values.ts'
import { parseFilter } from '../../filter/parse.ts'
import { printFilter } from '../../filter/print.ts'

interface ParameterFilter {
  /** The same filter, with `:name` for each `{name}` that is a parameter. */
  readonly filter: string
  /** The parameters it takes, `:name` among them whether there is such a parameter or not. */
  readonly takes: readonly string[]
  /** The other names in braces. */
  readonly lookups: readonly string[]
}

/** A filter whose `{name}` may be parameters: found in the parsed filter, so that a quoted text stays one. Throws `bad_request`. */
export function filterWithParameters(text: string, isParameter: (name: string) => boolean): ParameterFilter {
  const takes = new Set<string>()
  const lookups = new Set<string>()
  const value = (given: FilterValue): FilterValue => {
    if (given.kind !== 'lookup' && given.kind !== 'param') return given
    const { name } = given
    if (given.kind === 'lookup' && !isParameter(name)) {
      lookups.add(name)
      return given
    }
    takes.add(name)
    return { kind: 'param', name }
  }
  const expression = parseFilter(text)
  const filter = expression ? printFilter(mapValues(expression, value)) : ''
  return { filter, takes: [...takes], lookups: [...lookups] }
}

/** The fields that a filter compares. Throws `bad_request`. */
export function filterNames(text: string): readonly string[] {
  const expression = parseFilter(text)
  return expression ? namesIn(expression) : []
}

function namesIn(expression: FilterExpression): readonly string[] {
  switch (expression.op) {
    case 'and':
    case 'or':
      return expression.all.flatMap(namesIn)
    case 'not':
      return namesIn(expression.filter)
    default:
      return [expression.field.name]
  }
}
