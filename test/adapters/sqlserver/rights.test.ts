import { expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { calm } from '../../contract/scene.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { isGrammarRequired } from '../../grammar/python-lines.ts'
import { tsqlProblems } from '../../grammar/tsql.ts'
import { doubleDriver, serverError, type Told } from './double.ts'

const grammar = await openGrammar()
const why = typeof grammar === 'string' ? grammar : undefined

type Cells = readonly (string | number | null)[]
interface Rights {
  /** insert, update, delete, execute, alter, control; has_perms_by_name gives an int, null where it knows no such right. */
  readonly database?: Cells
  /** schema, name, insert, update, delete, execute, alter */
  readonly objects?: readonly Cells[]
}

async function notesWith({ database, objects }: Rights, isReadOnly = true) {
  const sent: string[] = []
  const told = (rows: readonly Cells[] | undefined): Told =>
    rows
      ? { sets: [{ columns: [], rows }] }
      : { error: serverError(195, "'has_perms_by_name' is not a recognized built-in function name.") }
  const config = sqlserverConfig.parse({ host: 'double', database: 'shop', read_only: isReadOnly })
  const driver = doubleDriver(async () => ({
    run: async ({ sql }) => {
      sent.push(sql)
      if (/sys\.objects/.test(sql)) return told(objects)
      return /has_perms_by_name/.test(sql) ? told(database && [database]) : {}
    },
    cancel: async () => {},
    reset: async () => {},
    close: () => {},
  }))
  const adapter = await openSqlserver(config, { baseDir: '.', statementTimeoutMs: 20_000, driver })
  const notes = await adapter.notes?.(calm)
  await adapter.close()
  return { notes: notes ?? [], sent }
}

const NONE = [0, 0, 0, 0, 0, 0]
const FIRST =
  'SQL Server has no read-only transactions: only that Sluice sends no change keeps this service from writing.'

test('a login that may read alone is said to', async () => {
  const { notes } = await notesWith({ database: NONE, objects: [['dbo', 'orders', 0, 0, 0, null, 0]] })
  expect(notes).toEqual([`${FIRST} The login was given no right to change anything.`])
})

test.skipIf(why !== undefined && !isGrammarRequired)(
  `rights on single tables and procedures are told by name, in two statements (${why ?? 'sqlglot'})`,
  async () => {
    const objects = [
      ['dbo', 'orders', 1, 1, 0, null, 0],
      ['dbo', 'rename_tag', null, null, null, 1, 0],
      ...Array.from({ length: 6 }, (_, at) => ['sales', `t${at}`, 0, 1, 0, null, 0]),
    ]
    const { notes, sent } = await notesWith({ database: [0, 0, 1, 0, 0, 0], objects })
    expect(notes).toEqual([
      `${FIRST} The login could DELETE in the whole database; INSERT on dbo.orders; UPDATE on dbo.orders, sales.t0, sales.t1, sales.t2, sales.t3 and 2 more; EXECUTE on dbo.rename_tag: give the service one that has SELECT alone.`,
    ])
    const asked = sent.filter((sql) => /has_perms_by_name/.test(sql))
    expect(asked).toHaveLength(2)
    if (typeof grammar === 'string') throw new Error(grammar)
    for (const sql of asked) expect(await tsqlProblems(grammar, sql)).toEqual([])
  },
)

test('an owner of the database is told, of a service that writes too', async () => {
  const owner = { database: [1, 1, 1, 1, 1, 1] }
  expect((await notesWith(owner)).notes).toEqual([expect.stringContaining('The login owns the database')])
  expect((await notesWith(owner, false)).notes).toEqual([
    expect.stringMatching(/^The login owns the database/),
  ])
  expect((await notesWith({ database: [1, 1, 1, 1, 0, 0] }, false)).notes).toEqual([])
})

test('a server that tells less is believed no more than it tells', async () => {
  expect((await notesWith({})).notes).toEqual([`${FIRST} The server does not tell what the login could do.`])
  expect((await notesWith({ database: NONE })).notes).toEqual([
    `${FIRST} The login was given no right to change anything. The server does not tell what it could do with single tables.`,
  ])
})
