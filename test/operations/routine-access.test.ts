import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { AccessPolicy, Verb } from '../../src/core/policy.ts'
import { callFunction, callProcedure } from '../../src/operations/database/call-routine.ts'
import { listResources } from '../../src/operations/database/list-resources.ts'
import { listFunctions, listProcedures } from '../../src/operations/database/list-routines.ts'
import { openWithRoutines, routine } from '../helpers/routines.ts'
import { callerWith, openShop } from '../helpers/shop.ts'
import { add, integer, shopWith } from './routine-scene.ts'

describe('the list of routines', () => {
  test('is read once for all, and again when asked', async () => {
    const { engine, run } = await shopWith([add])
    await Promise.all([run(listFunctions, {}), run(listFunctions, {}), run(listResources, {})])
    await run(callFunction, { function_name: 'add', parameters: [1] })
    expect(engine.reads).toEqual({ function: 1, procedure: 1 })
    engine.routines = [add, routine('function', 'later', [])]
    expect((await run(listFunctions, {})).routines).toHaveLength(1)
    expect((await run(listFunctions, { refresh: true })).routines).toHaveLength(2)
    expect(engine.reads.function).toBe(2)
  })

  test('is read again after the schema was', async () => {
    const { engine, run } = await shopWith([add])
    await run(listFunctions, {})
    await run(listResources, { refresh: true })
    await run(listFunctions, {})
    expect(engine.reads.function).toBe(2)
  })

  test('has the forms of a name, and fails for one that is none', async () => {
    const { run } = await shopWith([
      add,
      routine('function', 'add', ['a text']),
      routine('function', 'x.f', []),
    ])
    expect((await run(listFunctions, { ids: ['ADD'] })).routines).toHaveLength(2)
    expect((await run(listFunctions, { schema: 'X' })).routines.map(({ name }) => name)).toEqual(['x.f'])
    await expect(run(listFunctions, { ids: ['ad'] })).rejects.toMatchObject({
      code: 'not_found',
      didYouMean: ['add'],
    })
  })
})

describe('a routine that changed since the list was read', () => {
  const gone = () => new AppError('not_found', 'No such function.', { retryable: true })
  const other = routine('function', 'add', ['a integer', 'b integer', 'c integer = 0'], integer)

  test('is called once more in its new form', async () => {
    const engine = openWithRoutines([add], ({ routine: called }) => {
      if (called.key === add.key) throw gone()
      return { sets: [[{ add: 3 }]] }
    })
    const { run } = await openShop(engine.adapter)
    await run(listFunctions, {})
    engine.routines = [other]
    expect(await run(callFunction, { function_name: 'add', parameters: [1, 2] })).toEqual({ result: 3 })
    expect(engine.calls.map((call) => call.routine.key)).toEqual([add.key, other.key])
  })

  test('is called once more when it was made anew in the same form', async () => {
    const engine = openWithRoutines([add], ({ routine: called }) => {
      if (called.key === add.key) throw gone()
      return { sets: [[{ add: 3 }]] }
    })
    const { run } = await openShop(engine.adapter)
    await run(listFunctions, {})
    engine.routines = [{ ...add, key: 'another' }]
    expect(await run(callFunction, { function_name: 'add', parameters: [1, 2] })).toEqual({ result: 3 })
  })

  test('is unknown when it is gone', async () => {
    const engine = openWithRoutines([add], () => {
      throw gone()
    })
    const { run } = await openShop(engine.adapter)
    await run(listFunctions, {})
    engine.routines = []
    await expect(run(callFunction, { function_name: 'add', parameters: [1] })).rejects.toMatchObject({
      code: 'not_found',
      message: "Function 'add' does not exist in the database.",
    })
    expect(engine.calls).toHaveLength(1)
  })

  test('is never run twice when it is the same and failed inside', async () => {
    const engine = openWithRoutines([add], () => {
      throw gone()
    })
    const { run } = await openShop(engine.adapter)
    await expect(run(callFunction, { function_name: 'add', parameters: [1] })).rejects.toMatchObject({
      code: 'internal',
      message: "The function 'add' uses something that the database does not have.",
    })
    expect(engine.calls).toHaveLength(1)
  })
})

describe('rights', () => {
  const routines = [
    add,
    routine('function', 'secret_pay', []),
    routine('function', 'pay(now)', []),
    routine('procedure', 'close_year', []),
  ]
  const policy = (grants: Readonly<Record<string, readonly Verb[]>>): AccessPolicy => ({
    key: JSON.stringify(grants),
    reaches: () => true,
    decide: (_service, resource, verb) => {
      const verbs = grants[resource.toLowerCase()] ?? grants[resource.replace(/\/.*$/, '/*')] ?? []
      return verbs.includes(verb)
        ? { allowed: true }
        : { allowed: false, reason: `${verb} ${resource} denied.` }
    },
  })

  test.each([
    ['POST', ['POST'], false],
    ['POST and GET', ['POST', 'GET'], false],
    ['GET alone', ['GET'], true],
  ] as const)('with %s the call is read-only: %s', async (_name, verbs, readOnly) => {
    const { engine, run } = await shopWith(routines)
    await run(
      callFunction,
      { function_name: 'ADD', parameters: [1] },
      callerWith(policy({ '_func/add': verbs })),
    )
    expect(engine.calls[0]?.readOnly).toBe(readOnly)
  })

  test('on a service that cannot write, every call is read-only', async () => {
    const engine = openWithRoutines(routines, () => ({}))
    const capabilities = new Set([...engine.adapter.capabilities].filter((one) => one !== 'records.write'))
    const { services, run } = await openShop(engine.adapter)
    const service = await services.open('shop', new AbortController().signal)
    Object.assign(service.adapter, { capabilities })
    await run(callProcedure, { procedure_name: 'close_year' })
    expect(engine.calls[0]?.readOnly).toBe(true)
  })

  const LISTED = policy({ '_func/add': ['GET'] })
  const ALL_BUT = policy({ '_func/*': ['POST'], '_func/secret_pay': [], '_proc/*': ['DELETE'] })
  const refusalOf = async (which: AccessPolicy, name: string) => {
    const { engine, run } = await shopWith(routines)
    const error = await run(callFunction, { function_name: name }, callerWith(which)).catch(
      (thrown) => thrown,
    )
    expect(engine.calls).toEqual([])
    const { code, message, hint, didYouMean } = error
    return JSON.stringify({ code, message, hint, didYouMean }).replaceAll(name, 'X')
  }

  test.each([
    ['lists what may be called', LISTED, 'forbidden'],
    ['allows all but some', ALL_BUT, 'not_found'],
  ])('where a role %s, a hidden routine answers as one that does not exist', async (_what, which, code) => {
    const hidden = await refusalOf(which, 'secret_pay')
    expect(hidden).toBe(await refusalOf(which, 'zzzzzz_zzz'))
    expect(hidden).toContain(code)
  })

  test('the right to a name is no right to one with a parenthesis in it', async () => {
    const may = callerWith(policy({ '_func/pay': ['POST'] }))
    const { run } = await shopWith(routines)
    await expect(run(callFunction, { function_name: 'pay(now)' }, may)).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('hidden names stand in no list', async () => {
    const { run } = await shopWith(routines)
    const told = await Promise.all([
      run(listFunctions, {}, callerWith(LISTED)),
      run(listProcedures, {}, callerWith(LISTED)),
      run(listResources, {}, callerWith(LISTED)),
    ])
    expect(told[0].routines.map(({ name, access }) => [name, access])).toEqual([['add', ['GET']]])
    expect(told[1].routines).toEqual([])
    expect(told[2].access_list).toContain('_func/add/*')
    expect(JSON.stringify(told)).not.toMatch(/secret_pay|close_year/)
  })
})
