import { z } from 'zod'
import type { CallQuery, CallResult, Routine, RoutineKind } from '../../core/database/query.ts'
import type { Json } from '../../core/database/value.ts'
import { AppError, isOutdated } from '../../core/errors.ts'
import { defineOperation, type Operation, type OperationContext } from '../../core/operation.ts'
import type { Verb } from '../../core/policy.ts'
import { requireCallConfirmed } from './consent/confirm-call.ts'
import { consentInput } from './consent/consent.ts'
import { resolveRoutine } from './resolve-routine.ts'
import { callableRoutines, routineResource, unknownRoutine } from './routine-access.ts'
import {
  functionAnswer,
  planResult,
  procedureAnswer,
  type ResultPlan,
  requireFreeWrapper,
} from './routine-result.ts'
import { withLookup } from './with-lookup.ts'

/** What came as JSON is JSON: only its outer form has to be looked at. */
const json = z.custom<Json>((value) => value !== undefined)
const named = z.custom<Readonly<Record<string, Json>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'Must be an object or a list.',
)
const MAX_ARGUMENTS = 1_000

const callInput = {
  /** By name, or in the order of the parameters. */
  parameters: z.union([z.array(json).max(MAX_ARGUMENTS), named]).optional(),
  /** Arguments as far as there are parameters of these names. */
  spare: named.optional(),
  /** The arguments came as text. */
  is_text: z.boolean().optional(),
  /** Refuse a call without a value for a parameter that has no default; otherwise that one is null. */
  complete: z.boolean().optional(),
  /** A type for one value, or `TABLE` for rows. */
  returns: z.string().min(1).optional(),
  /** Types of result columns and OUT values by name. */
  schema: z.record(z.string(), z.string()).optional(),
  refresh: z.boolean().optional(),
  confirmation: consentInput.confirmation,
}
const procedureInput = z.strictObject({
  procedure_name: z.string().min(1).max(512),
  /** Key of the rows. */
  wrapper: z.string().min(1).optional(),
  ...callInput,
})
const functionInput = z.strictObject({ function_name: z.string().min(1).max(512), ...callInput })

type CallInput = z.infer<z.ZodObject<typeof callInput>>
type Answer = (routine: Routine, result: CallResult, plan: ResultPlan) => Json

interface RoutineAnswer {
  readonly result: Json
}

/** Calls a stored procedure: result sets and OUT values (dreamfactory-rest §6). */
export const callProcedure = callOperation(procedureInput, {
  kind: 'procedure',
  nameOf: ({ procedure_name }) => procedure_name,
  answer: procedureAnswer,
})

/** Calls a stored function: one value, one row, or rows. */
export const callFunction = callOperation(functionInput, {
  kind: 'function',
  nameOf: ({ function_name }) => function_name,
  answer: functionAnswer,
})

interface CallDefinition<I> {
  readonly kind: RoutineKind
  readonly answer: Answer
  nameOf(input: I): string
}

/** Who may only GET a routine has it called read-only: the database itself refuses what it tries to change. */
function callOperation<I extends CallInput & { readonly wrapper?: string | undefined }>(
  input: z.ZodType<I>,
  { kind, nameOf, answer }: CallDefinition<I>,
): Operation<I, RoutineAnswer> {
  return defineOperation<I, RoutineAnswer>({
    name: `call_${kind}`,
    kind: 'database',
    verb: 'POST',
    lesserVerb: 'GET',
    needs: [`${kind}s`],
    input,
    resource: (request) => routineResource(kind, nameOf(request)),
    async run(request, context) {
      const plan = planResult(request)
      const planCall = async (refresh: boolean): Promise<CallQuery> => {
        const overloads = await findRoutines(kind, nameOf(request), refresh, context)
        const call = resolveRoutine(overloads, {
          given: request.parameters ?? {},
          spare: request.spare ?? {},
          isText: request.is_text ?? false,
          isComplete: request.complete ?? false,
          meant: (value) => withLookup(value, context),
        })
        if (kind === 'procedure') requireFreeWrapper(call.routine, plan)
        return { ...call, readOnly: isReadOnly(context) }
      }
      const query = await planCall(request.refresh ?? false)
      if (!query.readOnly) await requireCallConfirmed({ kind, request, name: query.routine.name }, context)
      const { routine, result } = await callOrPlanAgain(query, () => planCall(true), context)
      return { result: answer(routine, result, plan) }
    },
  })
}

function isReadOnly({ verb, service }: OperationContext): boolean {
  return verb === 'GET' || !service.adapter.capabilities.has('records.write')
}

async function findRoutines(
  kind: RoutineKind,
  name: string,
  refresh: boolean,
  { caller, service, signal }: OperationContext,
): Promise<readonly Routine[]> {
  const routines = await service.routines(kind, { signal, refresh })
  const anyCase = routines.byName.get(name.toLowerCase()) ?? []
  const exact = anyCase.filter((routine) => routine.name === name)
  const found = exact.length > 0 ? exact : anyCase
  if (found.length > 0) return found
  const visible = callableRoutines(routines, caller.policy, service.info.name, kind)
  throw unknownRoutine(
    kind,
    name,
    visible.map((routine) => routine.name),
  )
}

interface Called {
  readonly routine: Routine
  readonly result: CallResult
}

/**
 * A routine that the database does not know in this form was changed since the list of routines was read: then it is called
 * once more, by the new list. One that is still the same was found and failed inside: that is never run twice.
 */
async function callOrPlanAgain(
  query: CallQuery,
  planAgain: () => Promise<CallQuery>,
  { service, signal, verb }: OperationContext,
): Promise<Called> {
  const call = async (one: CallQuery): Promise<Called> => ({
    routine: one.routine,
    result: await service.adapter.call(one, { signal }).catch((error) => {
      throw refusedChange(one, error, verb)
    }),
  })
  try {
    return await call(query)
  } catch (error) {
    if (!isOutdated(error)) throw error
    const again = await planAgain()
    if (formOf(again.routine) === formOf(query.routine)) throw failedInside(query.routine, error)
    return call(again).catch((second) => {
      throw isOutdated(second) ? failedInside(again.routine, second) : second
    })
  }
}

/** A change that the database refused for the sake of the caller's right. */
function refusedChange({ routine, readOnly }: CallQuery, error: unknown, verb: Verb): unknown {
  const isRefused = readOnly && error instanceof AppError && error.code === 'not_supported'
  if (!isRefused || verb !== 'GET') return error
  const { kind, name } = routine
  return new AppError(
    'forbidden',
    `The ${kind} '${name}' changes something or may do so, and your role may only GET it.`,
    {
      hint: 'A role that may POST it can call it so that it changes data.',
      cause: error.cause,
    },
  )
}

function formOf({ key, parameters, returns }: Routine): string {
  return JSON.stringify([key, parameters, returns])
}

function failedInside({ kind, name }: Routine, cause: unknown): AppError {
  return new AppError('internal', `The ${kind} '${name}' uses something that the database does not have.`, {
    hint: `Whoever maintains the ${kind} has to mend it.`,
    cause,
  })
}
