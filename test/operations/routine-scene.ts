import type { CallResult, Routine } from '../../src/core/database/query.ts'
import { callFunction } from '../../src/operations/database/call-routine.ts'
import { openWithRoutines, routine } from '../helpers/routines.ts'
import { openShop } from '../helpers/shop.ts'

export const integer = { type: 'integer' } as const
export const add = routine('function', 'add', ['a integer', 'b integer = 1'], integer)

export async function shopWith(routines: readonly Routine[], result: Partial<CallResult> = {}) {
  const engine = openWithRoutines(routines, () => result)
  return { engine, ...(await openShop(engine.adapter)) }
}

/** What reaches the engine, or the error. */
export async function sent(routines: readonly Routine[], input: object) {
  const { engine, run } = await shopWith(routines)
  await run(callFunction, { function_name: routines[0]?.name, ...input })
  const [call] = engine.calls
  return { form: call?.routine.key, arguments: call?.arguments }
}
