import type { RoutineParameter } from '../../core/database/query.ts'
import type { UsableRoutine } from '../../operations/database/describe-service.ts'
import { groupOf, signatureOf } from '../../operations/database/routine-access.ts'
import { describeCall, inQuery, type Paths } from './describe-call.ts'
import { fieldSchema, orNull } from './field-schema.ts'
import { type JsonSchema, listOf, objectOf, TEXT } from './json-schema.ts'
import type { PathContext } from './table-paths.ts'

/** `_proc/{name}` and `_func/{name}` with GET and POST, as far as the caller has them. */
export function routinePaths(routines: readonly UsableRoutine[], context: PathContext): Paths {
  const byPath = new Map<string, UsableRoutine[]>()
  for (const routine of routines) {
    const path = `${context.prefix}/${groupOf(routine.kind)}/${encodeURIComponent(routine.name)}`
    byPath.set(path, [...(byPath.get(path) ?? []), routine])
  }
  return Object.fromEntries([...byPath].map(([path, forms]) => [path, callsOf(forms, context)]))
}

function callsOf(forms: readonly UsableRoutine[], { names, service, tag }: PathContext): JsonSchema {
  const [first] = forms
  if (!first) return {}
  const common = {
    tag,
    summary: `Call the ${first.kind} ${first.name}`,
    description: forms.map(describeForm).join('\n\n'),
    answer: anyOf(forms.map(answerOf)),
  }
  const id = (word: string) => names.operation(word, service, first.kind, first.name)
  const wishes = [inQuery('returns', TEXT), ...(first.kind === 'procedure' ? [inQuery('wrapper', TEXT)] : [])]
  const given = new Map(
    forms.flatMap(({ parameters }) => parameters.filter(isGiven)).map((one) => [one.name, one]),
  )
  const texts = [...given.values()]
    .filter(({ name }) => !TAKEN.has(name))
    .map((one) => inQuery(one.name, valueSchema(one)))
  return {
    ...(first.verbs.includes('GET') && {
      get: describeCall({ ...common, id: id('get'), parameters: [...texts, ...wishes] }),
    }),
    ...(first.verbs.includes('POST') && {
      post: describeCall({
        ...common,
        id: id('call'),
        parameters: wishes,
        body: objectOf({ params: anyOf(forms.map(argumentsOf)) }),
      }),
    }),
  }
}

/** Told as what they mean in every call. */
const TAKEN = new Set(['returns', 'wrapper'])

function describeForm(routine: UsableRoutine): string {
  const signature = signatureOf({ ...routine, key: '' })
  return routine.description === undefined ? signature : `${signature}: ${routine.description}`
}

/** A parameter without a value takes its default, else null. */
function argumentsOf({ parameters }: UsableRoutine): JsonSchema {
  return objectOf(
    Object.fromEntries(
      parameters.filter(isGiven).map((parameter) => [parameter.name, valueSchema(parameter)]),
    ),
  )
}

function isGiven({ mode }: RoutineParameter): boolean {
  return mode !== 'OUT'
}

function valueSchema({ type, dbType }: Pick<RoutineParameter, 'type' | 'dbType'>): JsonSchema {
  return orNull(fieldSchema({ type, dbType }))
}

/** Rows, one row or one value; what a procedure gives is not known before it is called. */
function answerOf({ kind, parameters, returns }: UsableRoutine): JsonSchema {
  if (kind === 'procedure') return { type: ['array', 'object'] }
  if (!returns || parameters.some(({ mode }) => mode !== 'IN')) return {}
  if (returns.isSet) return listOf({ type: 'object' })
  return valueSchema(returns)
}

function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [first = {}, ...others] = [...new Map(schemas.map((one) => [JSON.stringify(one), one])).values()]
  return others.length === 0 ? first : { anyOf: [first, ...others] }
}
