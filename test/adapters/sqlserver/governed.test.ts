import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reachServer } from '../../contract/servers/test-server.ts'
import { expectSilent, NAMES, ROLES } from '../../governance/canaries.ts'
import { restReads, toolCalls } from '../../governance/canary-reads.ts'
import { isGrammarRequired, startPython } from '../../grammar/python-lines.ts'
import { type House, keyOf, openHouseOn } from '../../helpers/house.ts'
import { fillShop } from '../../helpers/shop.ts'
import { startTranslated, type Translated } from './translated.ts'

/** The whole program over this engine, its statements translated for PostgreSQL behind a server of the protocol. */
const python = await startPython('./tsql_on_postgres.py')
const reached = await reachServer('pgsql')
const why = typeof python === 'string' ? python : reached === 'reachable' ? undefined : reached

describe.skipIf(why !== undefined && !isGrammarRequired)(`roles on SQL Server (${why ?? 'sqlglot'})`, () => {
  let server: Translated
  let house: House
  beforeAll(async () => {
    if (typeof python === 'string') throw new Error(python)
    server = await startTranslated(python)
    await fillShop(server.adapter)
    const roles = Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules]))
    house = await openHouseOn({ type: 'sqlsrv', config: server.config }, roles)
  })
  afterAll(async () => {
    await house?.close()
    await server?.stop()
    if (typeof python !== 'string') python.close()
  })

  /** What a role asks: each question is one role's, and together the roles ask them all. On other engines every role asks every one. */
  const partOf = <T>(all: readonly T[], role: (typeof NAMES)[number]) =>
    all.filter((_, at) => at % NAMES.length === NAMES.indexOf(role))

  test.each(NAMES)(
    '%s reads nothing hidden over REST',
    async (role) => {
      const { canaries } = ROLES[role]
      const answers: number[] = []
      for (const path of partOf(restReads(), role)) {
        const sent = decodeURIComponent(path)
        const { status, text } = await house.rest('GET', path, { key: keyOf(role) })
        expectSilent(
          text,
          canaries.filter((canary) => !sent.includes(canary)),
          path,
        )
        answers.push(status)
      }
      expect(answers).toContain(200)
      expect(answers.filter((status) => status >= 500 && status !== 501)).toEqual([])
    },
    120_000,
  )

  test.each(NAMES)(
    '%s hears nothing hidden from a tool',
    async (role) => {
      for (const [name, args] of partOf(toolCalls(), role)) {
        const { text } = await house.tool(name, args, keyOf(role))
        expectSilent(text, ROLES[role].canaries, [name, args])
      }
      const list = await house.rpc('tools/list', {}, keyOf(role))
      expectSilent(list.text, ROLES[role].canaries, 'tools/list')
    },
    120_000,
  )

  test('a role that reads alone has no tool that writes, and writes nothing', async () => {
    const { text } = await house.rpc('tools/list', {}, keyOf('paid-reader'))
    expect(text).toContain('get_table_data')
    expect(text).not.toMatch(/create_records|update_records|delete_records|call_stored_procedure/)
    const body = { resource: [{ id: 1, status: 'changed' }] }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(
        (await house.rest(method, '/api/v2/shop/_table/orders', { key: keyOf('paid-reader'), body })).status,
      ).toBe(403)
  })

  test('a row filter holds for what is written, seen from inside and outside of it', async () => {
    const write = (method: string, id: number, record: object) =>
      house.rest(method, `/api/v2/shop/_table/orders/${id}`, { key: keyOf('paid-writer'), body: record })
    expect((await write('PATCH', 5, { total: 1 })).status).toBe(404)
    expect((await write('PATCH', 1, { status: 'held' })).status).toBe(403)
    expect((await write('PATCH', 1, { total: 12 })).status).toBe(200)
    const { body } = await house.rest('GET', '/api/v2/shop/_table/orders/1', { key: keyOf('paid-writer') })
    expect(body).toMatchObject({ id: 1, total: 12, status: 'paid' })
  })
})
