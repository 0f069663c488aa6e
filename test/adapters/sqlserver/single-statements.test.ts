import { afterAll, describe, expect, test } from 'vitest'
import { SQLSERVER_DIFFERENCES } from '../../contract/routines-sql/sqlsrv.ts'
import { calm, type Engine, equals, useScene } from '../../contract/scene.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { upserts } from '../../contract/topics/upserts.ts'
import { isGrammarRequired, startPython } from '../../grammar/python-lines.ts'
import { startTranslated } from './translated.ts'

/**
 * A server that takes one statement at a time, without conditions, and has OUTPUT neither in a DELETE nor before DEFAULT VALUES: writes
 * mean there what they mean on SQL Server.
 */
const python = await startPython('./tsql_on_postgres.py')
const reached = await reachServer('pgsql')
const why = typeof python === 'string' ? python : reached === 'reachable' ? undefined : reached

const MORE_THAN_IT_KNOWS = /; |\bif @@|output "deleted"|output .* default values/

function writes(engine: Engine, heard: readonly string[]): void {
  const scene = useScene(engine)

  test('rows come back in the order they came in, all or none of them', async () => {
    const rows = await scene.insert('texts', [{ body: 'b' }, { body: 'a' }, { body: 'c; d' }])
    expect(rows.map((row) => row.body)).toEqual(['b', 'a', 'c; d'])
    const twice = [{ label: 'once' }, { label: 'once' }]
    await expect(scene.insert('tags', twice)).rejects.toMatchObject({ code: 'conflict' })
    expect(await scene.read('tags', { where: equals('label', 'once') })).toEqual([])
  })

  test('a row without any field takes every default', async () => {
    expect(await scene.insert('types', [{}])).toMatchObject([{ id: expect.any(Number), big: null }])
  })

  test('a number that is given is kept, and the next one follows', async () => {
    expect(await scene.insert('categories', [{ id: 700, name: 'Chosen' }])).toMatchObject([{ id: 700 }])
    expect(await scene.insert('categories', [{ name: 'Next' }])).toMatchObject([{ name: 'Next' }])
  })

  test('what is deleted is told', async () => {
    const [row] = await scene.insert('texts', [{ body: 'goes' }])
    const table = scene.table('texts')
    const query = { table, where: equals('body', 'goes'), returning: ['id', 'body'] }
    expect(await scene.adapter.delete(query, calm)).toEqual({ affected: 1, rows: [row] })
    expect(await scene.adapter.delete(query, calm)).toEqual({ affected: 0, rows: [] })
  })

  test('a transaction that fails leaves nothing, and the next one works', async () => {
    const table = scene.table('texts')
    const insert = (body: string, fails: boolean) =>
      scene.adapter.transaction(async (records) => {
        const rows = [{ body }, { body }]
        await records.insert({ table, rows, returning: ['id'] }, calm)
        if (fails) throw new Error('no more')
      }, calm)
    await expect(insert('undone', true)).rejects.toThrow('no more')
    await insert('done', false)
    expect(await scene.read('texts', { where: equals('body', 'undone') })).toEqual([])
    expect(await scene.read('texts', { where: equals('body', 'done') })).toHaveLength(2)
  })

  test('nothing else was sent', () => {
    const all = heard.filter((sql) => !/^(create|alter|drop) /.test(sql)).join('\n')
    expect(all).toMatch(/^set identity_insert .* on$/m)
    expect(all).toMatch(/^update .* with \(updlock, holdlock\)/m)
    expect(all).toMatch(/^delete from (?!.*output)/m)
    expect(all).not.toMatch(MORE_THAN_IT_KNOWS)
  })
}

describe.skipIf(why !== undefined && !isGrammarRequired)(
  `a server for single statements (${why ?? 'sqlglot'})`,
  () => {
    if (typeof python === 'string') return
    const heard: string[] = []
    const engine: Engine = {
      name: 'sqlsrv-single-statements',
      differs: SQLSERVER_DIFFERENCES,
      start: () => startTranslated(python, (sql) => heard.push(sql), MORE_THAN_IT_KNOWS),
    }
    afterAll(() => python.close())
    describe('upserts', () => upserts(engine))
    describe('writes', () => writes(engine, heard))
  },
)
