import { describe, expect, test } from 'vitest'
import type { CallResult, Routine } from '../../src/core/database/query.ts'
import { callFunction, callProcedure } from '../../src/operations/database/call-routine.ts'
import { present } from '../contract/scene.ts'
import { routine } from '../helpers/routines.ts'
import { callerWith } from '../helpers/shop.ts'
import { add, sent, shopWith } from './routine-scene.ts'

describe('arguments', () => {
  test.each([
    ['by name in any case', { A: 1, b: 2 }, { a: 1, b: 2 }],
    ['in order', [1, 2], { a: 1, b: 2 }],
    ['left out where there is a default', { a: 1 }, { a: 1 }],
    ['as text of the right form', { a: ' 7 ', b: '9007199254740993' }, { a: 7, b: 9007199254740993n }],
    ['null', { a: null }, { a: null }],
  ])('%s', async (_how, parameters, expected) => {
    expect((await sent([add], { parameters })).arguments).toEqual(expected)
  })

  test.each([
    ['text for an integer', { a: 'x' }, "Parameter 'a' must be a valid integer."],
    ['a fraction for an integer', { a: 1.5 }, "Parameter 'a' must be a valid integer."],
    ['a name that is none', { a: 1, bb: 2 }, "'add' has no parameter 'bb'."],
    ['a name twice', { a: 1, A: 2 }, "Parameter 'a' is given twice."],
    ['too many', [1, 2, 3], "'add' takes 2 arguments, not 3."],
  ])('%s is refused, and nothing is called', async (_what, parameters, message) => {
    const { engine, run } = await shopWith([add])
    const call = run(callFunction, { function_name: 'add', parameters })
    await expect(call).rejects.toMatchObject({ code: 'bad_request', message })
    expect(engine.calls).toEqual([])
  })

  test('words that the engine takes for a number are arguments, others are not', async () => {
    const [parameter] = routine('function', 'half', ['x double']).parameters
    const half = {
      ...routine('function', 'half', []),
      parameters: [{ ...present(parameter), alsoTakes: /^(nan|-?infinity)$/i }],
    }
    expect((await sent([half], { parameters: { x: 'NaN' } })).arguments).toEqual({ x: 'NaN' })
    expect((await sent([half], { parameters: ['-Infinity'] })).arguments).toEqual({ x: '-Infinity' })
    await expect(sent([half], { parameters: { x: 'many' } })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(sent([add], { parameters: { a: 'NaN' } })).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('the nearest name is told, and the form to write', async () => {
    const { run } = await shopWith([routine('function', 'f', ['customer_id integer'])])
    const misspelled = run(callFunction, { function_name: 'f', parameters: { customer: 1 } })
    await expect(misspelled).rejects.toMatchObject({ didYouMean: ['customer_id'] })
    const tooMany = run(callFunction, { function_name: 'f', parameters: [1, 2] })
    await expect(tooMany).rejects.toMatchObject({ hint: 'Write f(customer_id integer).' })
  })

  test('JSON and lists stay what they are; as text they are read', async () => {
    const f = routine('function', 'f', ['document jsonb', 'ids array'])
    const parameters = { document: { a: [1] }, ids: [1, 2] }
    const expected = { document: { json: { a: [1] } }, ids: { json: [1, 2] } }
    expect((await sent([f], { parameters })).arguments).toEqual(expected)
    const texts = { document: '{"a":[1]}', ids: '[1,2]' }
    expect((await sent([f], { parameters: texts, is_text: true })).arguments).toEqual(expected)
    await expect(sent([f], { parameters: { ids: 5 } })).rejects.toMatchObject({
      message: "Parameter 'ids' must be a list.",
    })
    await expect(sent([f], { parameters: { document: '{' }, is_text: true })).rejects.toMatchObject({
      message: "Parameter 'document' must be valid JSON.",
    })
  })

  test('a variadic parameter takes the rest', async () => {
    const f = routine('function', 'f', ['a integer', 'VARIADIC more array'])
    expect((await sent([f], { parameters: [1, 2, 3] })).arguments).toEqual({ a: 1, more: { json: [2, 3] } })
    expect((await sent([f], { parameters: [1] })).arguments).toEqual({ a: 1 })
    expect((await sent([f], { parameters: { a: 1, more: 2 } })).arguments).toEqual({
      a: 1,
      more: { json: [2] },
    })
  })

  test('OUT parameters may be named and are not sent', async () => {
    const f = routine('function', 'f', ['a integer', 'OUT total integer'])
    expect((await sent([f], { parameters: { a: 1, total: 5 } })).arguments).toEqual({ a: 1 })
    expect((await sent([f], { parameters: [1] })).arguments).toEqual({ a: 1 })
  })

  test('spare ones count where there is a parameter for them', async () => {
    const f = routine('function', 'f', ['fields text'])
    const spare = { fields: 'x', wrap: 'y' }
    expect((await sent([f], { spare })).arguments).toEqual({ fields: 'x' })
    expect((await sent([add], { spare })).arguments).toEqual({})
  })

  test('a lookup stands for the value of the caller', async () => {
    const { engine, run } = await shopWith([add])
    const caller = callerWith(
      { decide: () => ({ allowed: true }), reaches: () => true, key: 'k' },
      new Map([['user.id', 7]]),
    )
    await run(callFunction, { function_name: 'add', parameters: { a: '{user.id}' } }, caller)
    expect(engine.calls[0]?.arguments).toEqual({ a: 7 })
  })

  test('a missing one is null, or refused when the call has to be complete', async () => {
    expect((await sent([add], { parameters: { b: 2 } })).arguments).toEqual({ b: 2 })
    await expect(sent([add], { parameters: { b: 2 }, complete: true })).rejects.toMatchObject({
      message: "'add' needs a.",
      hint: 'Write add(a integer, b integer = 1); null is a value too.',
    })
  })
})

describe('overloads', () => {
  const one = routine('function', 'area', ['radius integer'])
  const two = routine('function', 'area', ['width integer', 'height integer'])
  const three = routine('function', 'area', ['width integer', 'height integer', 'depth integer = 1'])
  const text = routine('function', 'area', ['radius text'])
  const all = [one, two, three]

  test.each([
    ['a name', all, { radius: 1 }, one],
    ['names', all, { height: 1, width: 2 }, two],
    ['a name more', all, { depth: 1, width: 2, height: 3 }, three],
    ['the number', all, [1, 2], two],
    ['a higher number', all, [1, 2, 3], three],
    ['the type of a number', [text, one], { radius: 5 }, one],
    ['the type of a text', [one, text], { radius: '5' }, text],
    ['what fits the type', [one, text], { radius: 'five' }, text],
  ])('%s decides', async (_what, routines, parameters, expected) => {
    expect((await sent(routines, { parameters })).form).toBe(expected.key)
  })

  test('none that fits: the forms are told', async () => {
    await expect(sent(all, { parameters: { volume: 1 } })).rejects.toMatchObject({
      message: "No form of 'area' takes these arguments.",
      hint: expect.stringContaining('area(radius integer); area(width integer, height integer)'),
    })
  })

  test('several that fit equally: the forms are told', async () => {
    const dated = routine('function', 'area', ['radius date'])
    const timed = routine('function', 'area', ['radius binary'])
    await expect(sent([dated, timed], { parameters: { radius: null } })).rejects.toMatchObject({
      message: "More than one form of 'area' takes these arguments.",
      hint: expect.stringContaining('area(radius binary); area(radius date)'),
    })
  })

  test('names that differ only in case are told apart', async () => {
    const upper = routine('function', 'AREA', ['radius integer'])
    expect((await sent([upper, one], { parameters: [1] })).form).toBe(upper.key)
    expect((await sent([one, upper], { parameters: [1] })).form).toBe(one.key)
  })
})

describe('the answer of a function', () => {
  const answers = async (returns: Routine['returns'] & object, rows: object[], wish: object = {}) => {
    const f = { ...routine('function', 'f', []), returns }
    const { run } = await shopWith([f], { sets: [rows] } as Partial<CallResult>)
    return (await run(callFunction, { function_name: 'f', ...wish })).result
  }
  const scalar = { type: 'integer', dbType: 'integer', isSet: false } as const
  const rows = { type: 'object', dbType: 'record', isSet: true } as const

  test('several sets', async () => {
    const f = { ...routine('function', 'f', []), returns: rows }
    const { run } = await shopWith([f], { sets: [[{ a: 1 }], []] })
    expect((await run(callFunction, { function_name: 'f' })).result).toEqual([[{ a: 1 }], []])
  })

  test.each([
    ['a value', scalar, [{ f: 3 }], 3],
    ['null', scalar, [{ f: null }], null],
    ['nothing', scalar, [], null],
    ['a value with every digit', scalar, [{ f: '9007199254740993' }], '9007199254740993'],
    ['one row', scalar, [{ a: 1, b: 2 }], { a: 1, b: 2 }],
    ['rows', rows, [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 2 }]],
    ['one row of rows', rows, [{ a: 1 }], [{ a: 1 }]],
    ['no rows of rows', rows, [], []],
  ])('%s', async (_what, returns, given, expected) => {
    expect(await answers(returns, given)).toEqual(expected)
  })

  test('is what is asked for', async () => {
    expect(await answers(rows, [{ a: '7', b: 1 }], { returns: 'int' })).toBe(7)
    expect(await answers(scalar, [{ f: 3 }], { returns: 'TABLE' })).toEqual([{ f: 3 }])
    expect(await answers(scalar, [{ f: 3 }], { returns: 'string' })).toBe('3')
    expect(
      await answers(rows, [{ N: '1.50', d: '2024-02-29 10:00:00' }], { schema: { n: 'decimal', D: 'date' } }),
    ).toEqual([{ N: 1.5, d: '2024-02-29' }])
  })

  test('a type that is none is refused before anything runs', async () => {
    const { engine, run } = await shopWith([add])
    for (const wish of [{ returns: 'wombat' }, { schema: { a: 'wombat' } }]) {
      const call = run(callFunction, { function_name: 'add', parameters: [1], ...wish })
      await expect(call).rejects.toMatchObject({
        code: 'bad_request',
        message: expect.stringContaining("'wombat'"),
      })
    }
    expect(engine.calls).toEqual([])
  })
})

describe('the answer of a procedure', () => {
  const answers = async (parameters: string[], result: Partial<CallResult>, wish: object = {}) => {
    const { run } = await shopWith([routine('procedure', 'p', parameters)], result)
    return (await run(callProcedure, { procedure_name: 'p', ...wish })).result
  }
  const set = [{ id: 1 }, { id: 2 }]

  test.each([
    ['no set', [], { sets: [] }, {}, []],
    ['one set', [], { sets: [set] }, {}, set],
    ['several sets', [], { sets: [set, []] }, {}, [set, []]],
    ['a set under its wrapper', [], { sets: [set] }, { wrapper: 'w' }, { w: set }],
    ['OUT values', ['OUT n integer'], { out: { n: 3 } }, {}, { n: 3 }],
    [
      'OUT values beside rows',
      ['OUT n integer'],
      { sets: [set], out: { n: 3 } },
      {},
      { resource: set, n: 3 },
    ],
    [
      'OUT values beside wrapped rows',
      ['OUT n integer'],
      { sets: [set], out: { n: 3 } },
      { wrapper: 'w' },
      { w: set, n: 3 },
    ],
    ['OUT values beside no rows', ['OUT n integer'], { sets: [[]], out: { n: 3 } }, {}, { n: 3 }],
    ['a row of OUT values', ['INOUT n integer'], { sets: [[{ N: 4 }]] }, {}, { n: 4 }],
    [
      'a row of other values',
      ['OUT n integer'],
      { sets: [[{ n: 4, m: 5 }]], out: { n: 3 } },
      {},
      { resource: [{ n: 4, m: 5 }], n: 3 },
    ],
    ['one value', [], { sets: [[{ n: '5' }]] }, { returns: 'integer' }, 5],
    ['converted OUT values', ['OUT n integer'], { out: { n: '5' } }, { schema: { n: 'integer' } }, { n: 5 }],
  ])('%s', async (_what, parameters, result, wish, expected) => {
    expect(await answers(parameters, result, wish)).toEqual(expected)
  })

  test('rows never hide an OUT value', async () => {
    const call = answers(['OUT total integer'], { sets: [set], out: { total: 1 } }, { wrapper: 'TOTAL' })
    await expect(call).rejects.toMatchObject({ code: 'bad_request' })
  })
})
