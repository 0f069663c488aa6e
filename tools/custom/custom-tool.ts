import { z } from 'zod'
import type { CustomTool } from '../../src/core/custom-tool.ts'
import { type AnyTool, CURSOR_AFTER, type Tool } from '../../src/core/tool.ts'
import { filterWithParameters } from '../../src/operations/database/filter-parameters.ts'
import { parseInput } from '../../src/operations/execute.ts'
import { bindArguments } from './bind-arguments.ts'
import { requireArguments, requireParameters, wrong } from './check-declaration.ts'
import { isOptional, placeNames, placeProblems } from './check-places.ts'
import { discreetOperation } from './discreet-operation.ts'
import { namesSaid } from './names-said.ts'
import { parameterSchema, sampleOf } from './parameter-schema.ts'

type Values = Readonly<Record<string, unknown>>

/** Tools a custom tool can stand on, and the argument that says what they work on. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['get_table_data', 'table_name'],
  ['aggregate_data', 'table_name'],
  ['create_records', 'table_name'],
  ['update_records', 'table_name'],
  ['delete_records', 'table_name'],
  ['call_stored_procedure', 'procedure_name'],
  ['call_stored_function', 'function_name'],
])

/** Arguments of the tool below that a caller may give as well, where the declaration does not. */
const PASSED_ON = ['offset', 'dry_run', 'confirmation', 'idempotency_key'] as const

/**
 * A declared tool as a tool: the one it stands on, with its arguments filled in and parameters for values. Checked, planned and run as
 * that one is. Throws `bad_request` that says what is wrong with the declaration.
 */
export function customTool(declared: CustomTool, known: readonly AnyTool[]): Tool {
  const below = toolBelow(declared, known)
  const plan = planFilter(declared)
  requireSound(declared, below, plan, known)
  // Those that read the arguments of the tool below are not for the arguments of this one.
  const { resource: _, exported: __, plainPage: ___, onceKey, toInput, toOutput, ...rest } = below
  const passed = passedOn(declared, below)
  const argumentsOf = (args: unknown) => {
    const values = { ...VALUES.parse(args) }
    const own = bindArguments(plan.template, values)
    const more = Object.fromEntries(Object.keys(passed).map((name) => [name, values[name]]))
    return parseInput(below.arguments, { ...own, ...more })
  }
  const paramsOf = (args: unknown) => {
    const values = VALUES.parse(args)
    return plan.takes.length === 0
      ? {}
      : { params: Object.fromEntries(plan.takes.map((name) => [name, values[name]])) }
  }
  return {
    ...rest,
    operation: discreetOperation(below.operation, declared.arguments),
    name: declared.name,
    title: titleOf(declared.name),
    description: declared.description,
    worksOn: subjectOf(declared),
    says: namesSaid(declared.arguments),
    isCustom: true,
    ...(plan.takesLookups ? {} : { withoutLookups: true as const }),
    arguments: z.strictObject({
      ...Object.fromEntries(declared.parameters.map((one) => [one.name, parameterSchema(one)])),
      ...passed,
    }),
    toInput(args) {
      const given = argumentsOf(args)
      return { ...VALUES.parse(toInput ? toInput(given) : given), ...paramsOf(args) }
    },
    ...(onceKey && { onceKey: (args: unknown) => onceKey(argumentsOf(args)) }),
    ...(toOutput && {
      toOutput: (result: unknown, args: unknown) => byOffset(toOutput(result, argumentsOf(args))),
    }),
  }
}

/** It takes no cursor: its pages go on by their offset. */
function byOffset(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer
  const { next_cursor: _, ...rest }: Readonly<Record<PropertyKey, unknown>> = { ...answer }
  return CURSOR_AFTER in rest ? { ...rest, [CURSOR_AFTER]: undefined } : rest
}

const VALUES = z.record(z.string(), z.unknown())

function toolBelow({ operation }: CustomTool, known: readonly AnyTool[]): Tool {
  const below = OPERATIONS.has(operation) ? known.find(({ name }) => name === operation) : undefined
  if (below && 'operation' in below) return below
  throw wrong('operation', `must be one of: ${[...OPERATIONS.keys()].join(', ')}`)
}

function subjectOf({ operation, arguments: template }: CustomTool): string {
  const key = OPERATIONS.get(operation) ?? ''
  const subject = template[key]
  if (typeof subject === 'string' && subject !== '') return subject
  throw wrong('arguments', `must name the ${key} it works on`)
}

function passedOn({ arguments: template }: CustomTool, { arguments: { shape } }: Tool): z.ZodRawShape {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const type = shape[name]
      return type && !Object.hasOwn(template, name) ? [[name, type] as const] : []
    }),
  )
}

interface FilterPlan {
  readonly template: Values
  /** Parameters in the text of the filter. */
  readonly takes: readonly string[]
  /** It names lookups of the caller, so they have to be there. */
  readonly takesLookups: boolean
}

/** Values for a filter are bound when it is planned, beside its text. */
function planFilter({ arguments: template, parameters }: CustomTool): FilterPlan {
  if (typeof template.filter !== 'string') return { template, takes: [], takesLookups: false }
  const names = new Set(parameters.map(({ name }) => name))
  const { filter, takes, lookups } = filterWithParameters(template.filter, (name) => names.has(name))
  const missing = takes.find((name) => !names.has(name))
  if (missing !== undefined) throw wrong('arguments', `:${missing} in 'filter' is no parameter`)
  const optional = parameters.find((one) => isOptional(one) && takes.includes(one.name))
  if (optional) throw wrong('arguments', `{${optional.name}} in 'filter' must be required or have a default`)
  return { template: { ...template, filter }, takes, takesLookups: lookups.length > 0 }
}

function requireSound(declared: CustomTool, below: Tool, plan: FilterPlan, known: readonly AnyTool[]): void {
  const { name, parameters, arguments: template } = declared
  requireOwnName(name, known)
  requireParameters(declared, PASSED_ON)
  requireArguments(declared)
  const [problem] = placeProblems(template, parameters)
  if (problem !== undefined) throw wrong('arguments', problem)
  const used = new Set([...plan.takes, ...placeNames(template)])
  const spare = parameters.find((one) => !used.has(one.name))
  if (spare) throw wrong('parameters', `${spare.name} has no place in the arguments`)
  const takesValues = 'records' in template || 'parameters' in template
  // There a text in braces would be looked up, and so would a text that a caller gives.
  if (plan.takesLookups && takesValues)
    throw wrong('arguments', 'the filter may not name lookups beside records')
  const samples = Object.fromEntries(parameters.map((one) => [one.name, sampleOf(one)]))
  const parsed = below.arguments.safeParse(bindArguments(plan.template, samples))
  const issue = parsed.error?.issues[0]
  if (issue) throw wrong('arguments', `do not fit ${below.name}: ${issue.path.join('.')} ${issue.message}`)
}

/** The tool that stands before the others at the address of all services. */
const LIST_SERVICES = { name: 'list_services' }

function requireOwnName(name: string, tools: readonly AnyTool[]): void {
  const known = [LIST_SERVICES, ...tools]
  const lower = name.toLowerCase()
  const taken = known.find((tool) => lower === tool.name || lower.endsWith(`_${tool.name}`))
  if (taken) throw wrong('name', `may not be that of the tool ${taken.name}, also behind a prefix`)
}

/** `open_orders` → `Open orders`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
