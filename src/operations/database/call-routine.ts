import { z } from 'zod'
import type { CallResult, Routine, RoutineKind } from '../../core/database/query.ts'
import type { Json, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'

const parameters = z
  .custom<Readonly<Record<string, Json>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'Must be an object.',
  )
  .optional()
const procedureInput = z.strictObject({
  procedure_name: z.string().min(1),
  parameters,
  wrapper: z.string().min(1).optional(),
  returns: z.string().optional(),
})
const functionInput = z.strictObject({
  function_name: z.string().min(1),
  parameters,
  returns: z.string().optional(),
})

interface RoutineAnswer {
  readonly result: Json
}

/** Calls a stored procedure: result sets and OUT values (dreamfactory-rest §6). */
export const callProcedure = defineOperation<z.infer<typeof procedureInput>, RoutineAnswer>({
  name: 'call_procedure',
  kind: 'database',
  verb: 'POST',
  needs: ['procedures'],
  input: procedureInput,
  resource: ({ procedure_name }) => `_proc/${procedure_name}`,
  async run(request, context) {
    const result = await call('procedure', request.procedure_name, request.parameters ?? {}, context)
    return { result: procedureAnswer(result, request.wrapper) }
  },
})

/** Calls a stored function: a scalar, or rows. */
export const callFunction = defineOperation<z.infer<typeof functionInput>, RoutineAnswer>({
  name: 'call_function',
  kind: 'database',
  verb: 'POST',
  needs: ['functions'],
  input: functionInput,
  resource: ({ function_name }) => `_func/${function_name}`,
  async run(request, context) {
    const { sets } = await call('function', request.function_name, request.parameters ?? {}, context)
    return { result: functionAnswer(request.function_name, sets[0] ?? []) }
  },
})

async function call(
  kind: RoutineKind,
  name: string,
  given: Readonly<Record<string, Json>>,
  context: OperationContext,
): Promise<CallResult> {
  const { service, signal } = context
  const routines = await service.adapter.listRoutines(kind, { signal })
  const routine = routines.find((known) => known.name.toLowerCase() === name.toLowerCase())
  if (!routine) throw unknownRoutine(kind, name)
  return service.adapter.call(
    { routine, arguments: argumentsFor(routine, given), readOnly: false },
    { signal },
  )
}

function argumentsFor(routine: Routine, given: Readonly<Record<string, Json>>): Record<string, Value> {
  const names = routine.parameters.map(({ name }) => name)
  return Object.fromEntries(
    Object.entries(given).map(([key, value]): [string, Value] => {
      const name = names.find((known) => known.toLowerCase() === key.toLowerCase())
      if (name === undefined) {
        const near = nearest(key, names)
        throw new AppError('bad_request', `'${routine.name}' has no parameter '${key}'.`, {
          hint: didYouMean(near) || `Parameters: ${names.join(', ') || 'none'}`,
          didYouMean: near,
        })
      }
      return [name, typeof value === 'object' && value !== null ? { json: value } : value]
    }),
  )
}

function procedureAnswer({ sets, out }: CallResult, wrapper: string | undefined): Json {
  const rows: Json = sets.length === 1 ? (sets[0] ?? []) : sets
  if (Object.keys(out).length > 0)
    return { ...(sets.length > 0 ? { [wrapper ?? 'resource']: rows } : {}), ...out }
  return wrapper === undefined ? rows : { [wrapper]: rows }
}

/** One row with one column, or a column named like the function, is a scalar. */
function functionAnswer(name: string, rows: CallResult['sets'][number]): Json {
  const [row] = rows
  if (!row || rows.length > 1) return rows
  const columns = Object.keys(row)
  const scalar = columns.find((column) => column.toLowerCase() === name.toLowerCase() || column === 'output')
  if (scalar !== undefined) return row[scalar] ?? null
  return columns.length === 1 ? (row[columns[0] ?? ''] ?? null) : row
}

function unknownRoutine(kind: RoutineKind, name: string): AppError {
  return new AppError(
    'not_found',
    `${kind === 'procedure' ? 'Procedure' : 'Function'} '${name}' does not exist in the database.`,
  )
}
