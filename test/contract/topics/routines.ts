import { beforeAll, describe, expect, test } from 'vitest'
import type { Routine, RoutineKind } from '../../../src/core/database/query.ts'
import { valueClassOf } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { asc, calm, type Engine, equals, present, useScene } from '../scene.ts'

type Arguments = { readonly [parameter: string]: Value }

/** Procedures and functions: the ones that `engine.routines` makes are the same on every engine, for those who call them. */
export function routines(engine: Engine): void {
  const scene = useScene(engine)
  const { functionsOnlyRead, proceduresMayWrite, outIsInOut } = engine.differs ?? {}
  /** What does more than to compute a value. */
  const doing: RoutineKind = functionsOnlyRead ? 'procedure' : 'function'
  beforeAll(async () => {
    for (const text of present(engine.routines)) await scene.execute(text)
  })

  const find = async (kind: RoutineKind, name: string): Promise<Routine> =>
    present((await scene.adapter.listRoutines(kind, calm)).find((routine) => routine.name === name))
  const call = async (kind: RoutineKind, name: string, given: Arguments = {}, readOnly = false) =>
    scene.adapter.call({ routine: await find(kind, name), arguments: given, readOnly }, calm)
  const setsOf = async (name: string, given: Arguments = {}, readOnly = false) =>
    (await call('function', name, given, readOnly)).sets
  const labelOf = async (id: number) =>
    (await scene.read('tags', { where: equals('id', id), fields: ['label'] }))[0]?.label

  describe('listing', () => {
    test('tells procedures and functions apart', async () => {
      const names = async (kind: RoutineKind) =>
        (await scene.adapter.listRoutines(kind, calm)).map(({ name }) => name).toSorted()
      const [procedures, functions] = functionsOnlyRead
        ? [[...PROCEDURES, ...DOING].toSorted(), FUNCTIONS]
        : [PROCEDURES, [...FUNCTIONS, ...DOING].toSorted()]
      expect(await names('procedure')).toEqual(procedures)
      expect(await names('function')).toEqual(functions)
    })

    test('tells parameters in order with their types', async () => {
      expect(factsOf(await find('function', 'add_exact'))).toEqual(['a IN decimal', 'b IN decimal'])
      expect(factsOf(await find('function', 'say_again'))).toEqual(['words IN text'])
      expect(factsOf(await find('procedure', 'count_orders'))).toEqual([
        'wanted IN integer',
        `orders ${outIsInOut ? 'INOUT' : 'OUT'} integer`,
        `total ${outIsInOut ? 'INOUT' : 'OUT'} decimal`,
      ])
      expect(factsOf(await find('procedure', 'double_it'))).toEqual(['n INOUT integer'])
    })

    test('tells what a function returns', async () => {
      const { returns } = await find('function', 'day_after')
      expect(returns).toMatchObject({ type: 'date', isSet: false })
      expect((await find('procedure', 'double_it')).returns).toBeUndefined()
    })

    test('gives each signature a key of its own', async () => {
      const all = await scene.adapter.listRoutines('function', calm)
      expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
    })
  })

  describe('a function', () => {
    test.each<[string, Arguments, unknown]>([
      ['add_up', { a: 2, b: 3 }, 5],
      ['add_up', { a: 2, b: null }, null],
      ['add_up', { a: 2 }, null],
      ['add_big', { a: 9007199254740993n, b: 1n }, '9007199254740994'],
      ['add_exact', { a: '123456789012345.00001', b: '0.00001' }, '123456789012345.00002'],
      ['add_exact', { a: 1.5, b: 2 }, 3.5],
      ['day_after', { day: '2024-02-28' }, '2024-02-29'],
      ['nothing', {}, null],
      ['say_again', { words: `it's "quoted" \\ %_ 李 😀\n` }, `it's "quoted" \\ %_ 李 😀\n`],
      ['say_again', { words: `'); drop table tags; --` }, `'); drop table tags; --`],
      ['say_again', { words: '' }, ''],
    ])('%s of %o is one value', async (name, given, expected) => {
      expect(await setsOf(name, given)).toEqual([[{ [name]: expected }]])
    })

    test.skipIf(functionsOnlyRead)('keeps what it changes', async () => {
      const before = Number(await scene.count('tags'))
      expect(await setsOf('add_tag', { wanted: 'from a function' })).toEqual([[{ add_tag: before + 1 }]])
      expect(await scene.count('tags', equals('label', 'from a function'))).toBe(1)
    })

    test('that refuses is heard in its own words', async () => {
      const refused = call(doing, 'refuse', { reason: 'Too late for this order.' })
      await expect(refused).rejects.toMatchObject({
        code: 'bad_request',
        message: 'Too late for this order.',
        retryable: false,
      })
    })

    test('is stopped when its caller leaves', async () => {
      const rest = await find(doing, 'rest')
      const leaving = scene.adapter.call(
        { routine: rest, arguments: { seconds: 600 }, readOnly: false },
        { signal: AbortSignal.timeout(200) },
      )
      // And not because its time is over.
      await expect(leaving).rejects.toMatchObject({ code: 'timeout', message: 'The request was cancelled.' })
    })
  })

  describe('a procedure', () => {
    test('gives a result set', async () => {
      const rows = await scene.read('tags', {
        where: { op: '<=', field: 'id', value: 3 },
        orderBy: [asc('id')],
      })
      const { sets, out } = await call('procedure', 'list_tags')
      expect({ sets, out }).toEqual({ sets: [rows.map(({ id, label }) => ({ id, label }))], out: {} })
    })

    test('gives several result sets, empty ones too', async () => {
      const { sets } = await call('procedure', 'two_lists', { lowest: 2 })
      expect(sets).toEqual([[{ id: 2 }, { id: 3 }], []])
    })

    test('gives OUT values', async () => {
      const result = await call('procedure', 'count_orders', { wanted: 1 })
      expect(result).toEqual({ sets: [], out: { orders: 3, total: 70.35 } })
      expect((await call('procedure', 'count_orders', { wanted: 99 })).out).toEqual({
        orders: 0,
        total: null,
      })
    })

    test('gives INOUT values with every digit', async () => {
      expect((await call('procedure', 'double_it', { n: 21 })).out).toEqual({ n: 42 })
      const { out } = await call('procedure', 'double_it', { n: 4503599627370497n })
      expect(out).toEqual({ n: '9007199254740994' })
      expect((await call('procedure', 'double_it')).out).toEqual({ n: null })
    })

    test('without either gives nothing, and keeps what it changes', async () => {
      const result = await call('procedure', 'rename_tag', { wanted: 2, words: 'present' })
      expect(result).toEqual({ sets: [], out: {} })
      expect(await labelOf(2)).toBe('present')
    })

    test('does not mix its values with those of another call', async () => {
      const numbers = Array.from({ length: 24 }, (_, index) => index)
      const doubled = await Promise.all(numbers.map((n) => call('procedure', 'double_it', { n })))
      expect(doubled.map(({ out }) => out.n)).toEqual(numbers.map((n) => n * 2))
    })
  })

  describe('read-only', () => {
    test('reads as ever', async () => {
      expect(await setsOf('add_up', { a: 2, b: 3 }, true)).toEqual([[{ add_up: 5 }]])
    })

    test.skipIf(proceduresMayWrite)('a procedure reads as ever', async () => {
      expect((await call('procedure', 'count_orders', { wanted: 1 }, true)).out).toMatchObject({ orders: 3 })
      expect((await call('procedure', 'two_lists', { lowest: 3 }, true)).sets).toEqual([[{ id: 3 }], []])
    })

    test.skipIf(functionsOnlyRead)('the database refuses what a function changes', async () => {
      const before = await scene.count('tags')
      const refused = call('function', 'add_tag', { wanted: 'never' }, true)
      await expect(refused).rejects.toMatchObject({ code: 'not_supported' })
      expect(await scene.count('tags')).toBe(before)
    })

    test('the database refuses what a procedure changes', async () => {
      const refused = call('procedure', 'rename_tag', { wanted: 3, words: 'never' }, true)
      await expect(refused).rejects.toMatchObject({ code: 'not_supported' })
      expect(await labelOf(3)).toBe('fragile')
    })

    test('a call that may write can still', async () => {
      await call('procedure', 'rename_tag', { wanted: 1, words: 'never' }, true).catch(() => undefined)
      await call('procedure', 'rename_tag', { wanted: 1, words: 'soon' })
      expect(await labelOf(1)).toBe('soon')
    })
  })

  test('one that is gone is not found, and the list is out of date', async () => {
    const routine = await find('function', 'leaves')
    await scene.execute('drop function leaves')
    const gone = scene.adapter.call({ routine, arguments: {}, readOnly: false }, calm)
    await expect(gone).rejects.toMatchObject({ code: 'not_found', retryable: true })
  })
}

const PROCEDURES = ['count_orders', 'double_it', 'list_tags', 'rename_tag', 'two_lists']
const FUNCTIONS = ['add_big', 'add_exact', 'add_up', 'day_after', 'leaves', 'nothing', 'say_again']
/** Functions where functions can do more than compute. */
const DOING = ['add_tag', 'refuse', 'rest']

function factsOf({ parameters }: Routine): string[] {
  return parameters.map(({ name, mode, type }) => `${name} ${mode} ${valueClassOf(type)}`)
}
