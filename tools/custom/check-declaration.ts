import type { CustomParameter, CustomTool } from '../../src/core/custom-tool.ts'
import { AppError } from '../../src/core/errors.ts'
import { typeOf } from './parameter-schema.ts'

/** The argument that the address of all services adds. */
const SERVICE = 'service'

/** Throws `bad_request` for a parameter that nobody could give, or that would be taken for another argument. `passedOn`: those of the tool below. */
export function requireParameters({ parameters, operation }: CustomTool, passedOn: readonly string[]): void {
  const seen = new Set<string>()
  for (const parameter of parameters) {
    const spelled = spelling(parameter.name)
    if (passedOn.some((name) => spelling(name) === spelled))
      throw wrong('parameters', `${parameter.name} is an argument of ${operation} itself`)
    if (spelled === SERVICE)
      throw wrong('parameters', `${parameter.name} says which service is called, at /mcp`)
    if (seen.has(spelled)) throw wrong('parameters', `${parameter.name} is there twice`)
    seen.add(spelled)
    requireValues(parameter)
  }
}

function spelling(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

function requireValues(parameter: CustomParameter): void {
  const { name, type, values, minimum, maximum, default: otherwise } = parameter
  if ((type === 'enum') !== (values !== undefined))
    throw wrong('parameters', `${name}: an enum, and nothing else, has values`)
  if (values && new Set(values).size < values.length)
    throw wrong('parameters', `${name}: a value is there twice`)
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw wrong('parameters', `${name}: its minimum is above its maximum`)
  if (otherwise !== undefined && !typeOf(parameter).safeParse(otherwise).success)
    throw wrong('parameters', `${name}: its default is no value of it`)
}

/** Of one call, never of all. */
const OF_ONE_CALL: readonly string[] = ['confirmation', 'idempotency_key']

/** Throws `bad_request` for arguments with which no call could go well, or only one. */
export function requireArguments({ operation, arguments: template }: CustomTool): void {
  const own = OF_ONE_CALL.find((name) => Object.hasOwn(template, name))
  if (own !== undefined) throw wrong('arguments', `${own} is for each call to give`)
  if (typeof template.filter === 'string' && template.filter.trim() === '')
    throw wrong('arguments', 'the filter must have a condition')
  if (operation === 'delete_records' && template.ids === undefined && template.filter === undefined)
    throw wrong('arguments', 'must say by ids or a filter which rows are deleted')
}

export function wrong(field: 'name' | 'operation' | 'parameters' | 'arguments', what: string): AppError {
  return new AppError('bad_request', `The ${field} field is wrong: ${what}.`, { context: { field } })
}
