import { expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { calm, present } from '../../contract/scene.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { isGrammarRequired } from '../../grammar/python-lines.ts'
import { tsqlProblems } from '../../grammar/tsql.ts'
import { type DoubleSession, doubleDriver, type Sent, serverError, type Told } from './double.ts'

const grammar = await openGrammar()
const why = typeof grammar === 'string' ? grammar : undefined

/** Rows as learn.microsoft.com describes them: sys.objects, sys.parameters, sp_sproc_columns. */
const ROUTINES: Told = set(
  ['id', 'schema', 'name', 'type'],
  [
    [1, 'dbo', 'count_orders', 'P '],
    [2, 'dbo', 'add_up', 'FN'],
    [3, 'sales', 'orders of', 'TF'],
  ],
)
const parameter = (id: number, place: number, name: string, type: string, more: readonly unknown[] = []) => [
  id,
  name,
  place,
  ...(more.length > 0 ? more : [false, type, type, 4, 10, 0]),
]
const PARAMETERS: Told = set(
  ['id', 'name', 'place', 'is_output', 'type', 'base', 'max_length', 'precision', 'scale'],
  [
    parameter(1, 1, '@wanted', 'int'),
    parameter(1, 2, '@total', 'decimal', [true, 'decimal', 'decimal', 9, 12, 2]),
    parameter(1, 3, '@said', 'nvarchar', [true, 'nvarchar', 'nvarchar', -1, 0, 0]),
    parameter(2, 0, '', 'int'),
    parameter(2, 1, '@a', 'int'),
    parameter(3, 1, '@day', 'datetime2', [false, 'datetime2', 'datetime2', 8, 27, 7]),
  ],
)
/** sys.sql_modules: the text with which the routine was made. */
const MODULES: Told = set(
  ['id', 'text'],
  [
    [
      1,
      'create procedure dbo.count_orders @wanted int = 7, @total decimal(12,2) out, @said nvarchar(max) out as …',
    ],
    [2, 'create function dbo.add_up(@a int = 40) returns int as …'],
    [3, null],
  ],
)
const SPROC = [
  'procedure_qualifier procedure_owner procedure_name column_name column_type data_type type_name precision length scale radix nullable remarks column_def sql_data_type sql_datetime_sub char_octet_length ordinal_position is_nullable ss_data_type',
][0]?.split(' ')

function set(columns: readonly string[], rows: readonly (readonly unknown[])[], type = 'NVarChar'): Told {
  return {
    sets: [{ columns: columns.map((colName) => ({ colName, type: { name: type } })), rows }],
    counts: [rows.length],
  }
}

async function serviceWith(
  answer: (sent: Sent) => Told | undefined,
  hasParameters = true,
  config: object = {},
) {
  const sent: Sent[] = []
  const session: DoubleSession = {
    run: async (asked) => {
      sent.push(asked)
      if (/schema_name/.test(asked.sql)) return set(['a', 'b'], [['dbo', 'shop']])
      if (/from sys\.objects/.test(asked.sql)) return ROUTINES
      if (/from sys\.sql_modules/.test(asked.sql)) return MODULES
      if (/from sys\.parameters/.test(asked.sql))
        return hasParameters
          ? PARAMETERS
          : { error: serverError(208, "Invalid object name 'sys.parameters'.") }
      return answer(asked) ?? {}
    },
    cancel: async () => {},
    reset: async () => {},
    close: () => {},
  }
  const adapter = await openSqlserver(
    sqlserverConfig.parse({ host: 'double', database: 'shop', ...config }),
    {
      baseDir: '.',
      statementTimeoutMs: 20_000,
      driver: doubleDriver(async () => session),
    },
  )
  const find = async (kind: 'procedure' | 'function', name: string) =>
    present((await adapter.listRoutines(kind, calm)).find((one) => one.name === name))
  const call = async (kind: 'procedure' | 'function', name: string, given: object = {}, readOnly = false) =>
    adapter.call({ routine: await find(kind, name), arguments: { ...given }, readOnly }, calm)
  return { adapter, sent, find, call }
}

test.skipIf(why !== undefined && !isGrammarRequired)(
  `a procedure gives its sets, what it gives out and what it returns (${why ?? 'sqlglot'})`,
  async () => {
    const { call, sent } = await serviceWith(({ sql }) => {
      if (!/^declare/.test(sql)) return undefined
      const first = {
        columns: [
          { colName: 'id', type: { name: 'IntN' } },
          { colName: '', type: { name: 'NVarChar' } },
        ],
        rows: [[1, 'x']],
      }
      const last = { columns: [], rows: [[5, '70.35', 'long '.repeat(2000)]] }
      return { sets: [first, { columns: [], rows: [] }, last], counts: [1, 0, 1] }
    })
    const result = await call('procedure', 'count_orders', { wanted: 1, total: '1.5' })
    expect(result).toEqual({
      sets: [[{ id: 1, column_2: 'x' }], []],
      out: { total: 70.35, said: 'long '.repeat(2000), return_value: 5 },
    })
    const statement = present(sent.find(({ sql }) => /^declare/.test(sql)))
    expect(statement.sql).toBe(
      'declare @status int; declare @out2 decimal(12,2) = @1; declare @out3 nvarchar(max) = @2; exec @status = "dbo"."count_orders" @wanted = @3, @total = @out2 output, @said = @out3 output; select @status as "status", @out2 as "total", @out3 as "said"',
    )
    expect(statement.parameters.map(({ type }) => type)).toEqual(['Decimal', 'NVarChar', 'BigInt'])
    expect(sent.map(({ sql }) => sql)).toContain('if @@trancount > 0 rollback transaction')
    if (typeof grammar === 'string') throw new Error(grammar)
    for (const { sql } of sent) expect(await tsqlProblems(grammar, sql)).toEqual([])
  },
)

test('a function gives one value, one of a table its rows', async () => {
  const { call, sent, find } = await serviceWith(({ sql }) => {
    if (/"add_up"/.test(sql)) return set([''], [[5]], 'IntN')
    if (/"orders of"/.test(sql)) return set(['id', 'total'], [[1, '0.10']], 'DecimalN')
    return undefined
  })
  expect(await call('function', 'add_up', { a: 2 })).toEqual({ sets: [[{ add_up: 5 }]], out: {} })
  const rows = await call('function', 'sales.orders of', { day: '2024-02-29T10:00:00Z' })
  expect(rows.sets).toEqual([[{ id: 1, total: 0.1 }]])
  expect(sent.at(-2)?.sql).toBe('select * from "sales"."orders of"(@1)')
  expect(sent.at(-2)?.parameters).toEqual([{ type: 'NVarChar', value: '2024-02-29 10:00:00' }])
  expect((await find('function', 'sales.orders of')).returns).toMatchObject({ isSet: true })
})

test('no procedure is called read-only, and nothing of it is sent', async () => {
  const { call, sent } = await serviceWith(() => undefined)
  await expect(call('procedure', 'count_orders', {}, true)).rejects.toMatchObject({ code: 'not_supported' })
  expect(sent.filter(({ sql }) => /exec/.test(sql))).toEqual([])
})

test('parameters come from sp_sproc_columns where there is no sys.parameters', async () => {
  const { find, sent } = await serviceWith(({ sql, parameters }) => {
    if (!/sp_sproc_columns/.test(sql) || parameters[0]?.value !== 'count_orders') return undefined
    const row = (
      name: string,
      kind: number,
      type: string,
      precision: number,
      length: number,
      scale: number,
      place: number,
    ) =>
      present(SPROC).map(
        (column) =>
          ({
            column_name: name,
            column_type: kind,
            type_name: type,
            precision,
            length,
            scale,
            ordinal_position: place,
          })[column] ?? null,
      )
    return set(present(SPROC), [
      row('@RETURN_VALUE', 5, 'int', 10, 4, 0, 0),
      row('@wanted', 1, 'int', 10, 4, 0, 1),
      row('@total', 2, 'decimal', 12, 14, 2, 2),
      row('@said', 2, 'nvarchar', 1_073_741_823, 2_147_483_646, 0, 3),
    ])
  }, false)
  expect((await find('procedure', 'count_orders')).parameters).toMatchObject([
    { name: 'wanted', mode: 'IN', type: 'integer' },
    { name: 'total', mode: 'INOUT', dbType: 'decimal(12,2)' },
    { name: 'said', mode: 'INOUT', dbType: 'nvarchar(max)' },
  ])
  expect(sent.some(({ sql }) => /^exec sp_sproc_columns/.test(sql))).toBe(true)
})

test('what a procedure raises is heard in its own words', async () => {
  const { call } = await serviceWith(({ sql }) =>
    /^declare/.test(sql) ? { error: serverError(50_000, 'Too late for this order.') } : undefined,
  )
  await expect(call('procedure', 'count_orders')).rejects.toMatchObject({
    code: 'bad_request',
    message: 'Too late for this order.',
  })
})

test('what is left out is left to the default of the procedure, and of the function', async () => {
  const { call, sent, find } = await serviceWith(({ sql }) =>
    /^declare/.test(sql) ? set(['status', 'total', 'said'], [[0, null, null]]) : set([''], [[40]], 'IntN'),
  )
  expect((await find('procedure', 'count_orders')).parameters[0]).toMatchObject({ default: '7' })
  await call('procedure', 'count_orders', {})
  await call('function', 'add_up', {})
  expect(sent.find(({ sql }) => /^declare/.test(sql))?.sql).toContain(
    'exec @status = "dbo"."count_orders" @total = @out2 output, @said = @out3 output;',
  )
  expect(sent.find(({ sql }) => /"add_up"/.test(sql))?.sql).toBe('select "dbo"."add_up"(default)')
})

test.each([
  "Procedure or function 'count_orders' expects parameter '@wanted', which was not supplied.",
  'procedure count_orders expects parameter "@wanted", which was not supplied.',
])('a parameter that is needed is named: %s', async (text) => {
  const { call } = await serviceWith(({ sql }) =>
    /^declare/.test(sql) ? { error: serverError(201, text) } : undefined,
  )
  await expect(call('procedure', 'count_orders')).rejects.toMatchObject({
    code: 'bad_request',
    message: "'count_orders' needs wanted.",
  })
})

test('what another routine lacks that is called inside is not told as if the caller had left it out', async () => {
  const inner = "Procedure or function 'secret_inner' expects parameter '@wanted', which was not supplied."
  const { call } = await serviceWith(({ sql }) =>
    /^declare/.test(sql) ? { error: serverError(201, inner) } : undefined,
  )
  const refused = await call('procedure', 'count_orders').catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'not_found' })
  expect(String(refused)).not.toMatch(/secret_inner|wanted/)
})

test.each([
  [{}, false],
  [{ read_only: true }, false],
  [{ read_only_procedures: true }, false],
  [{ read_only: true, read_only_procedures: true }, true],
])('a service with %j calls procedures read-only: %s', async (config, isCalled) => {
  const { call, sent, adapter } = await serviceWith(
    () => set(['status', 'total', 'said'], [[0, null, null]]),
    true,
    config,
  )
  const called = call('procedure', 'count_orders', { wanted: 1 }, true)
  if (isCalled) await expect(called).resolves.toMatchObject({ sets: [] })
  else await expect(called).rejects.toMatchObject({ code: 'not_supported' })
  expect(sent.some(({ sql }) => sql.includes('exec @status'))).toBe(isCalled)
  const reads = 'read_only' in config
  expect(adapter.capabilities.has('procedures')).toBe(!reads || isCalled)
  expect(adapter.capabilities.has('records.write')).toBe(!reads)
  const told = (await adapter.notes?.(calm))?.join(' ') ?? ''
  expect(told.includes('read_only_procedures')).toBe(isCalled)
})
