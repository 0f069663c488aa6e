import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoFile, type DemoFile } from '../adapters/sqlite-demo/demo-file.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'
import { type Call, callsIn, type Described, problemsOf } from './document.ts'

const key = keyOf('everything')

let demo: DemoFile
let house: House
let document: Described
beforeAll(async () => {
  demo = await createDemoFile()
  const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  house = await openHouseOn(
    { type: 'sqlite', config: { database: demo.file } },
    { everything: [{ component: '*', verbs }] },
  )
  document = (await house.rest('GET', '/api/v2/api_docs/shop', { key })).body as Described // looked at below
})
afterAll(async () => {
  await house.close()
  await demo.remove()
})

/** Each answer's own problems; the status is 200. */
async function expectAsDescribed(call: Call, path: string, body?: object) {
  const answer = await house.rest(call.verb, `/api/v2/shop${path}`, { key, body })
  const told = `${call.verb} ${path} answered ${answer.status} ${answer.text.slice(0, 300)}`
  expect(answer.status, told).toBe(200)
  expect(problemsOf(document, call, answer.status, answer.body), told).toEqual([])
  driven.add(`${call.verb} ${call.path}`)
  return Object(answer.body)
}

const driven = new Set<string>()

function callOf(verb: string, path: string): Call {
  const call = callsIn(document).find((one) => one.verb === verb && one.path === path)
  if (!call) throw new Error(`${verb} ${path} is not documented`)
  return call
}

async function recordsOf(table: string, limit: number): Promise<Record<string, unknown>[]> {
  const { body } = await house.rest('GET', `/api/v2/shop/_table/${table}?limit=${limit}`, { key })
  return Object(body).resource
}

async function keyFieldsOf(table: string): Promise<readonly string[]> {
  const { body } = await house.rest('GET', `/api/v2/shop/_schema/${table}`, { key })
  return Object(body).primary_key
}

function schemaOf(table: string) {
  const schema = document.components.schemas[`shop_${table.replaceAll(/\W/g, '_')}_create`]
  if (!schema) throw new Error(`There is no schema of ${table}.`)
  return schema
}

/** Calls on records; how schemas are changed is tried on a database of its own. */
function recordCalls() {
  return callsIn(document).filter(({ path }) => path.startsWith('/_table/'))
}

test('every read of the demo answers as its document says', async () => {
  const reads = callsIn(document).filter(({ verb }) => verb === 'GET')
  expect(reads.length).toBeGreaterThan(80)
  for (const call of reads) {
    const [, group, table = ''] = call.path.split('/')
    if (table === '{target}') continue
    const [record] = group === '_table' && call.path.endsWith('{id}') ? await recordsOf(table, 1) : []
    const id = record ? (await keyFieldsOf(table)).map((field) => record[field]).join(',') : ''
    const named = call.described.parameters?.find((one) => one.in === 'path' && one.name !== 'id')
    const path = call.path.replace('{id}', id).replace(`{${named?.name}}`, String(named?.schema?.enum?.[0]))
    await expectAsDescribed(call, path)
    if (group === '_table' && table !== '' && id === '')
      await expectAsDescribed(call, `${path}?limit=50&related=*`)
  }
})

test('every change of the demo answers as its document says', async () => {
  const changes = recordCalls().filter(({ verb }) => verb === 'PUT' || verb === 'PATCH')
  expect(changes.length).toBeGreaterThan(40)
  for (const call of changes) {
    const [, , table = ''] = call.path.split('/')
    const keys = await keyFieldsOf(table)
    const [record = {}] = await recordsOf(table, 1)
    const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !keys.includes(name)))
    const isSingle = call.path.endsWith('{id}')
    const path = call.path.replace('{id}', keys.map((field) => record[field]).join(','))
    // Of a table that is all key there is nothing to change: its fields may be said as they are.
    const change = Object.keys(rest).length === 0 ? record : rest
    await expectAsDescribed(call, `${path}?fields=*`, isSingle ? change : { resource: [record] })
  }
})

test('a new record of the demo needs exactly what its schema requires', async () => {
  const additions = recordCalls().filter(({ verb }) => verb === 'POST')
  expect(additions.length).toBeGreaterThan(10)
  for (const { path } of additions) {
    const table = decodeURIComponent(path.replace('/_table/', ''))
    const { required = [], properties = {} } = schemaOf(table)
    const [record = {}] = await recordsOf(table, 1)
    const writable = Object.fromEntries(Object.entries(record).filter(([name]) => name in properties))
    for (const missing of Object.keys(properties)) {
      const { [missing]: _, ...rest } = writable
      const { text } = await house.rest('POST', `/api/v2/shop/_table/${table}`, {
        key,
        body: { resource: [rest] },
      })
      const isMissed = text.includes(`Required field '${missing}'`)
      expect(isMissed, `${table} without ${missing} answered ${text}`).toBe(required.includes(missing))
    }
  }
})

test('records of the demo go and come back as its document says', async () => {
  const tables = recordCalls().flatMap(({ verb, path }) => (verb === 'POST' ? [path] : []))
  for (const path of tables) {
    const table = decodeURIComponent(path.replace('/_table/', ''))
    const keys = await keyFieldsOf(table)
    const idOf = (record: object) => keys.map((field) => Reflect.get(record, field)).join(',')
    const { properties = {} } = schemaOf(table)
    const record = await looseRecord(table)
    const writable = Object.fromEntries(Object.entries(record).filter(([name]) => name in properties))
    await expectAsDescribed(callOf('DELETE', `${path}/{id}`), `${path}/${idOf(record)}`)
    const { resource } = await expectAsDescribed(callOf('POST', path), `${path}?fields=*`, {
      resource: [writable],
    })
    await expectAsDescribed(callOf('DELETE', path), `${path}?fields=*`, { resource })
    await expectAsDescribed(callOf('POST', path), path, { resource: [writable] })
  }
})

/** A record that no other needs; made where there is none. */
async function looseRecord(table: string): Promise<Record<string, unknown>> {
  const url = `/api/v2/shop/_table/${table}?fields=*`
  const records = await recordsOf(table, 1)
  const copy = await house.rest('POST', url, { key, body: { resource: records.map(asNew) } })
  return copy.status === 200 ? Object(copy.body).resource[0] : (records[0] ?? {})
}

/** Without its number, and with texts of its own. */
function asNew({ id: _, ...record }: Record<string, unknown>): object {
  const own = (name: string, value: unknown) =>
    typeof value === 'string' && UNIQUE.has(name) ? `x${value}` : value
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, own(name, value)]))
}

const UNIQUE = new Set(['code', 'email', 'name', 'number', 'sku', 'slug', 'username'])

test('steps, imports and tables of the demo answer as its document says', async () => {
  await expectAsDescribed(callOf('POST', '/_batch'), '/_batch', {
    steps: [{ operation: 'list', table: 'orders', limit: 1 }],
  })
  const start = () =>
    expectAsDescribed(callOf('POST', '/_import/{target}'), '/_import/tags', { resource: [{ name: 'x y' }] })
  const { id } = await start()
  await expectAsDescribed(callOf('GET', '/_import/{target}'), `/_import/${id}`)
  await expectAsDescribed(callOf('DELETE', '/_import/{target}'), `/_import/${id}`)
})

/** Other tests need the tables as they are: schemas are changed in a table of their own, whose calls are those of every table. */
test('a table of its own is made, changed and dropped as the document says', async () => {
  const field = (name: string) => ({ name, type: 'string', length: 20, allow_null: true })
  await expectAsDescribed(callOf('POST', '/_schema'), '/_schema', {
    resource: [{ name: 'made', field: [{ name: 'id', type: 'id' }, field('a')] }],
  })
  document = (await house.rest('GET', '/api/v2/api_docs/shop', { key })).body as Described // looked at here
  const changes = callsIn(document).filter(
    ({ path, verb }) => path.startsWith('/_schema/made') && verb !== 'GET',
  )
  expect(changes.length).toBeGreaterThan(5)
  const relation = {
    name: 'rel',
    type: 'belongs_to',
    is_virtual: true,
    field: 'id',
    ref_table: 'tags',
    ref_field: 'id',
  }
  let count = 0
  for (const call of changes.toSorted(droppedLast)) {
    const more = field(`f${count++}`)
    const isFields = call.path.endsWith('_field')
    const isRelations = call.path.endsWith('_related')
    const body = isRelations
      ? { resource: [{ ...relation, name: `rel${count}` }] }
      : isFields
        ? { resource: [more] }
        : call.path.includes('{field_name}')
          ? { label: 'A' }
          : { field: [{ name: 'id', type: 'id' }, field('a'), more] }
    const address = `${call.path.replace('{field_name}', 'a')}?force=true`
    await expectAsDescribed(call, address, call.verb === 'DELETE' ? undefined : body)
  }
})

/** The table itself after what is in it. */
function droppedLast(a: Call, b: Call): number {
  const isWhole = ({ verb, path }: Call) =>
    Number(verb === 'DELETE') + Number(verb === 'DELETE' && path === '/_schema/made')
  return isWhole(a) - isWhole(b)
}

test('so every documented call was made', () => {
  const like = (call: string) => call.replace(/ \/_schema\/[^/]+/, ' /_schema/any')
  const calls = callsIn(document).filter(({ path }) => !path.startsWith('/_table/made'))
  const made = new Set([...driven].map(like))
  const missed = calls.map(({ verb, path }) => like(`${verb} ${path}`)).filter((call) => !made.has(call))
  expect(missed).toEqual([])
})
