import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { type House, keyOf, openHouse, openHouseOn } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: ALL }],
    cut: [
      { component: '*', verbs: ALL },
      { component: '_table/secret_salaries', verbs: [] },
      { component: '_schema/secret_salaries', verbs: [] },
    ],
  })
})
afterEach(() => house.close())

const ask = (role: string, method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), body })

test('an alias of a table is no name and no alias of another, hidden or not', async () => {
  expect((await ask('everything', 'PATCH', '_schema/secret_salaries', { alias: 'pay' })).status).toBe(200)
  expect((await ask('everything', 'PATCH', '_schema/orders', { alias: 'sales' })).status).toBe(200)
  const told = async (role: string, alias: string) => {
    const { status, text } = await ask(role, 'PATCH', '_schema/customers', { alias })
    return [status, text.replaceAll(alias, 'A')]
  }
  const seen = await told('cut', 'sales')
  expect(seen[0]).toBe(409)
  for (const alias of ['pay', 'PAY', 'Sales', 'orders', 'secret_salaries', 'SECRET_SALARIES'])
    for (const role of ['cut', 'everything']) expect([alias, await told(role, alias)]).toEqual([alias, seen])
  expect((await ask('everything', 'GET', '_schema/customers')).body).not.toMatchObject({
    alias: expect.any(String),
  })
  expect((await told('cut', 'clients'))[0]).toBe(200)
  expect((await told('cut', 'clients'))[0]).toBe(200)
})

test('two tables of one request get no alias between them', async () => {
  const resource = ['customers', 'orders'].map((name) => ({ name, alias: 'same' }))
  expect((await ask('everything', 'PATCH', '_schema', { resource })).status).toBe(409)
  expect((await ask('everything', 'GET', '_table/same')).status).toBe(404)
})

test('a table that was made elsewhere has its name before an alias, also while the schema is not read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-alias-'))
  const file = join(folder, 'late.sqlite')
  const outside = await openSqlite({ file, create: true, inline: true, statementTimeoutMs: 10_000 })
  const late = await openHouseOn(
    { type: 'sqlite', config: { database: file } },
    { all: [{ component: '*', verbs: ALL }] },
  )
  const call = (method: string, path: string, body?: unknown) =>
    late.rest(method, `/api/v2/shop/${path}`, { key: keyOf('all'), body })
  const table = (name: string, field: string) => ({
    resource: [{ name, field: [{ name: field, type: 'id' }] }],
  })
  try {
    expect((await call('POST', '_schema', table('late', 'mine'))).status).toBe(200)
    const tables = await outside.readSchema({ signal: new AbortController().signal })
    const made = tables.find(({ name }) => name === 'late')
    expect((await call('DELETE', '_schema/late')).status).toBe(200)
    expect((await call('POST', '_schema', table('first', 'other'))).status).toBe(200)
    expect((await call('PATCH', '_schema/first', { alias: 'late' })).status).toBe(200)
    expect((await call('GET', '_schema/late')).body).toMatchObject({ name: 'first' })
    if (made)
      await outside.alter({ kind: 'create_table', table: made }, { signal: new AbortController().signal })
    await late.app.services.forget('shop')
    expect((await call('GET', '_schema/late')).body).toMatchObject({ name: 'late' })
    await late.app.services.forget('shop')
    const steps = [{ operation: 'create', table: 'late', record: { mine: 7 } }]
    expect((await call('POST', '_batch', { steps })).body).toMatchObject({
      resource: [{ rows: [{ mine: 7 }] }],
    })
    await late.app.services.forget('shop')
    expect((await call('PATCH', '_schema', { resource: [{ name: 'late', label: 'Late' }] })).status).toBe(200)
    expect((await call('GET', '_schema/late')).body).toMatchObject({ name: 'late', label: 'Late' })
    await late.app.services.forget('shop')
    expect((await call('DELETE', '_schema?ids=late&force=true')).body).toEqual({
      resource: [{ name: 'late' }],
    })
    expect((await call('GET', '_schema/first')).body).toMatchObject({ name: 'first' })
  } finally {
    await late.close()
    await outside.close()
    await rm(folder, { recursive: true })
  }
})
