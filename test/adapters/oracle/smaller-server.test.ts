import { afterEach, describe, expect, test } from 'vitest'
import { oracleConfig } from '../../../adapters/database/oracle/config.ts'
import { createDialect } from '../../../adapters/database/oracle/dialect.ts'
import { openOracle } from '../../../adapters/database/oracle/open.ts'
import { createStatements } from '../../../adapters/database/sql/statements.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { calm, present } from '../../contract/scene.ts'
import { id } from '../../contract/world.ts'
import { type Answer, type DriverDouble, driverDouble, type Sent, serverError } from './driver-double.ts'
import { SCHEMA_STATEMENTS } from './schema-statements.ts'
import { routine } from './session-statements.ts'
import { tableNamed } from './world.ts'

/**
 * A server that speaks the protocol and has a part of Oracle: what it does not know it refuses, in the words of
 * docs.oracle.com/error-help/db/ora-00900, -00904 and -00942.
 */
interface Smaller {
  /** What is refused, by the text of the statement. */
  readonly refuses?: RegExp
  readonly error?: string
  readonly version?: string
  /** What other statements than those of the catalogue answer. */
  readonly answer?: (sent: Sent) => Answer | undefined
  readonly config?: Readonly<Record<string, unknown>>
}

const statements = createStatements(createDialect({ hasRowLimit: false }, '+00:00'))
const open: DatabaseAdapter[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((adapter) => adapter.close()))
})

async function start({ refuses, error = 'ORA-00942: table or view does not exist', ...more }: Smaller = {}) {
  const double = driverDouble(
    (sent) => {
      if (refuses?.test(sent.sql)) throw serverError(error)
      return more.answer?.(sent) ?? catalogue(sent.sql)
    },
    { version: more.version ?? '23.4.0.24.5' },
  )
  const config = oracleConfig.parse({ host: 'h', service_name: 's', username: 'APP', ...more.config })
  const adapter = await openOracle(config, {
    baseDir: '.',
    statementTimeoutMs: 10_000,
    driver: double.driver,
  })
  open.push(adapter)
  return { adapter, double }
}

const texts = ({ sent }: DriverDouble) => sent.map(({ sql }) => sql)

/** Rows of HR's DEPARTMENTS, under the names of the statement's own columns. */
function catalogue(sql: string): Answer {
  const [, view = ''] = /\bfrom (\w+)/.exec(sql) ?? []
  const row = ROWS[view === 'all_tab_columns' ? 'all_tab_cols' : view]
  if (!row) return {}
  const expressions = [...sql.matchAll(/(\S+|sys_context\([^)]*\)) as "(\w+)"/g)]
  const cells = expressions.map(([, expression = '', name = '']) =>
    expression === 'null' ? null : expression.startsWith("'") ? expression.slice(1, -1) : (row[name] ?? null),
  )
  return { rows: [cells] }
}

const ROWS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dual: { owner: 'APP', one: '1' },
  all_tables: { owner: 'APP', name: 'DEPARTMENTS', row_estimate: '27' },
  all_views: { owner: 'APP', name: 'DEPT_VIEW' },
  all_tab_cols: {
    owner: 'APP',
    source: 'DEPARTMENTS',
    name: 'ID',
    data_type: 'NUMBER',
    data_length: '22',
    char_length: '0',
    precision: '4',
    scale: '0',
    nullable: 'N',
    virtual: 'NO',
    identity: 'YES',
  },
  all_constraints: { owner: 'APP', source: 'DEPARTMENTS', name: 'DEPT_PK', kind: 'P' },
  all_cons_columns: {
    owner: 'APP',
    source: 'DEPARTMENTS',
    constraint: 'DEPT_PK',
    field: 'ID',
    position: '1',
  },
  all_ind_columns: {
    owner: 'APP',
    source: 'DEPARTMENTS',
    index_owner: 'APP',
    name: 'DEPT_PK',
    unique: 'UNIQUE',
    field: 'ID',
  },
  all_tab_comments: { owner: 'APP', source: 'DEPARTMENTS', comment: 'Who pays.' },
  all_col_comments: { owner: 'APP', source: 'DEPARTMENTS', field: 'ID', comment: 'Its number.' },
  all_procedures: {
    owner: 'APP',
    object_name: 'PAY',
    object_type: 'PROCEDURE',
    object: '1',
    subprogram: '1',
  },
  all_arguments: { object: '1', subprogram: '1', name: 'ID', position: '1', mode: 'IN', data_type: 'NUMBER' },
}

describe('a dictionary that has less gives less', () => {
  const describeOf = async (smaller: Smaller) => {
    const { adapter, double } = await start(smaller)
    const schema = buildSchema(await adapter.readSchema(calm))
    return { table: present(schema.tableByName.get('departments')), double }
  }

  test('the whole, from one that has all', async () => {
    const { table, double } = await describeOf({})
    expect(table).toMatchObject({
      primaryKey: ['id'],
      description: 'Who pays.',
      rowEstimate: 27,
      fields: [{ name: 'id', type: 'id', autoIncrement: true, description: 'Its number.' }],
    })
    expect(texts(double).filter((sql) => sql.includes('from all_'))).toHaveLength(8)
  })

  test.each<readonly [string, RegExp, object]>([
    ['who the users are', /oracle_maintained/, { primaryKey: ['id'], rowEstimate: 27 }],
    ['the schema of a session', /sys_context/, { primaryKey: ['id'], rowEstimate: 27 }],
    ['kinds of tables and their sizes', /iot_type|num_rows/, { primaryKey: ['id'] }],
    ['views', /all_views/, { primaryKey: ['id'], rowEstimate: 27 }],
    ['identity columns', /identity_column/, { primaryKey: ['id'], fields: [{ autoIncrement: false }] }],
    ['hidden and computed columns', /all_tab_cols/, { primaryKey: ['id'], fields: [{ name: 'id' }] }],
    ['defaults and lengths in letters', /char_used as/, { primaryKey: ['id'], fields: [{ name: 'id' }] }],
    ['conditions as text', /search_condition_vc/, { primaryKey: ['id'] }],
    ['conditions', /search_condition/, { primaryKey: ['id'] }],
    ['constraints', /from all_constraints/, { primaryKey: [], fields: [{ name: 'id' }] }],
    ['columns of constraints', /all_cons_columns/, { primaryKey: [], fields: [{ name: 'id' }] }],
    ['indexes', /all_ind/, { primaryKey: ['id'] }],
    ['comments of tables', /all_tab_comments/, { primaryKey: ['id'] }],
    ['comments of columns', /all_col_comments/, { primaryKey: ['id'], description: 'Who pays.' }],
  ])('without %s', async (_what, refuses, expected) => {
    const { table } = await describeOf({ refuses })
    expect(table).toMatchObject(expected)
  })

  test('without any of what is not needed', async () => {
    const { table } = await describeOf({
      refuses:
        /oracle_maintained|sys_context|iot_type|all_views|all_tab_cols|char_used as|search_|_ind_|comments/,
    })
    expect(table).toMatchObject({ primaryKey: ['id'], fields: [{ name: 'id', type: 'integer' }] })
  })

  test('names that users have are not found by a word that only a newer server knows', async () => {
    const { double } = await describeOf({ version: '11.2.0.4' })
    expect(texts(double).join('\n')).not.toMatch(/oracle_maintained|identity_column|search_condition_vc/)
  })

  test.each([
    ['tables', /all_tables/],
    ['columns', /all_tab_col(s|umns)/],
  ])('without %s there is nothing to show', async (_what, refuses) => {
    const { adapter } = await start({ refuses })
    await expect(adapter.readSchema(calm)).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each([
    'ORA-03113: end-of-file on communication channel',
    'ORA-01555: snapshot too old',
    'ORA-08177: cannot serialize access for this transaction',
  ])('a dictionary that only fails now is no smaller one: %s', async (error) => {
    const { adapter } = await start({ refuses: /all_col_comments/, error })
    await expect(adapter.readSchema(calm)).rejects.toMatchObject({ name: 'AppError' })
  })

  test.each([
    ['routines', /all_procedures/],
    ['what routines take', /all_arguments/],
  ])('without %s none is listed', async (_what, refuses) => {
    const { adapter } = await start({ refuses })
    expect(await adapter.listRoutines('procedure', calm)).toEqual([])
  })

  test('with both they are', async () => {
    const { adapter } = await start()
    expect(await adapter.listRoutines('procedure', calm)).toMatchObject([
      { name: 'pay', parameters: [{ name: 'id', type: 'decimal' }] },
    ])
  })
})

describe('a session that takes fewer settings', () => {
  const ALL = /^alter session set nls_numeric_characters = '.,' nls_date/
  const point = (text: string) => (sent: Sent) =>
    sent.sql.startsWith('select to_char') ? { rows: [[text]] } : undefined

  test('gets each of those that it knows', async () => {
    const { double } = await start({
      refuses: new RegExp(`${ALL.source}|nls_comp`),
      error: 'ORA-02248: invalid option for ALTER SESSION',
      answer: point('.5'),
    })
    expect(texts(double)).toContain("alter session set nls_date_format = 'YYYY-MM-DD HH24:MI:SS'")
  })

  test.each(['.5', '0.5'])('is used when it writes %s', async (text) => {
    const { adapter } = await start({ refuses: /^alter session set nls/, answer: point(text) })
    await expect(adapter.ping(calm)).resolves.toBeUndefined()
  })

  test('is not used when numbers have a comma', async () => {
    await expect(start({ refuses: /^alter session set nls/, answer: point(',5') })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/with a point/),
    })
  })

  test('has the time zone that it has, unless one was asked for', async () => {
    const smaller = { refuses: /time_zone/, error: 'ORA-02248: invalid option for ALTER SESSION' }
    await expect((await start(smaller)).adapter.ping(calm)).resolves.toBeUndefined()
    await expect(start({ ...smaller, config: { timezone: '+02:00' } })).rejects.toMatchObject({
      message: 'The database does not take the timezone.',
    })
  })

  test('does not take a zone that is none', async () => {
    await expect(
      start({ refuses: /time_zone/, error: 'ORA-01882: timezone region not found' }),
    ).rejects.toMatchObject({ code: 'unavailable', message: 'The database does not take the timezone.' })
  })

  test('that is lost while it is set is told as that', async () => {
    await expect(
      start({ refuses: /time_zone/, error: 'ORA-03113: end-of-file on communication channel' }),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/reached/) })
  })
})

describe('a server that does not take SET TRANSACTION', () => {
  const refuses = /^set transaction/
  const error = 'ORA-00900: invalid SQL statement'
  const customers = async (adapter: DatabaseAdapter) =>
    present(buildSchema(await adapter.readSchema(calm)).tableByName.get('departments'))

  test('has its rows read in parts all the same', async () => {
    const { adapter, double } = await start({
      refuses,
      error,
      answer: ({ sql }) => (sql.includes('"APP"."DEPARTMENTS"') ? { rows: [['1'], ['2']] } : undefined),
    })
    const query = { table: await customers(adapter), fields: ['id'], limit: 10, as: 'rows' } as const
    const rows: unknown[] = []
    for await (const part of present(adapter.stream)(query, calm)) rows.push(...part)
    expect(rows).toEqual([{ id: 1 }, { id: 2 }])
    expect(double.orders).toContain('rollback')
  })

  test('keeps a batch together by its commit', async () => {
    const { adapter, double } = await start({ refuses, error })
    const table = await customers(adapter)
    await adapter.transaction((records) => records.delete({ table, returning: [] }, calm), calm)
    expect(double.sent.at(-1)?.options.autoCommit).toBe(false)
    expect(double.orders).toEqual(['close', 'commit'])
  })

  test('does not begin on a connection where something is open', async () => {
    const { adapter, double } = await start({
      refuses,
      error: 'ORA-01453: SET TRANSACTION must be first statement of transaction',
    })
    await expect(adapter.transaction(async () => 'done', calm)).rejects.toMatchObject({ name: 'AppError' })
    expect(double.orders).toContain('rollback')
  })

  test.each([
    ['SET TRANSACTION READ ONLY', /^set transaction read only/],
    ['DISABLE COMMIT IN PROCEDURE', /disable commit/],
  ])('runs no routine read-only without %s', async (_what, missing) => {
    const { adapter, double } = await start({ refuses: missing, error })
    const called = adapter.call({ routine: routine('APP.PAY', []), arguments: {}, readOnly: true }, calm)
    await expect(called).rejects.toMatchObject({
      code: 'not_supported',
      message: expect.stringMatching(/was not run/),
    })
    expect(texts(double).some((sql) => sql.startsWith('begin "APP"'))).toBe(false)
  })
})

test('names that are made here are short enough for 11g', () => {
  const names = SCHEMA_STATEMENTS.flatMap((sql) => [...sql.matchAll(/"((?:FK|IX|UK)_\w+)"/g)])
  expect(names.length).toBeGreaterThan(5)
  for (const [, name = ''] of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(30)
  const table = tableNamed('orders')
  const alias = `ä${'much longer than any name may be '.repeat(3)}`
  const counted = statements.select({
    table,
    fields: [],
    aggregates: [{ function: 'COUNT', field: '*', alias }],
    limit: 1,
    as: 'rows',
  })
  const [, output = ''] = /as "([^"]+)"/.exec(counted.text.sql) ?? []
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(30)
  expect(output).not.toBe('')
})

test('a server of an unknown version is asked for nothing newer than 11g', async () => {
  const { adapter, double } = await start({ version: 'unknown' })
  const table = present(buildSchema(await adapter.readSchema(calm)).tableByName.get('departments'))
  await adapter.select({ table, fields: ['id'], limit: 3, as: 'rows' }, calm)
  expect(texts(double).join('\n')).not.toMatch(
    /fetch first|oracle_maintained|identity_column|search_condition_vc/,
  )
  const counted = { ...table, name: 'fresh', source: 'fresh', fields: [id()] }
  await expect(adapter.alter({ kind: 'create_table', table: counted }, calm)).rejects.toMatchObject({
    code: 'not_supported',
    hint: expect.stringMatching(/12\.1/),
  })
})
