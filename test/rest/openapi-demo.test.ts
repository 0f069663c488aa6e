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
}, 120_000)
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
}

async function recordsOf(table: string, limit: number): Promise<Record<string, unknown>[]> {
  const { body } = await house.rest('GET', `/api/v2/shop/_table/${table}?limit=${limit}`, { key })
  return Object(body).resource
}

async function keyFieldsOf(table: string): Promise<readonly string[]> {
  const { body } = await house.rest('GET', `/api/v2/shop/_schema/${table}`, { key })
  return Object(body).primary_key
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
}, 120_000)

test('every change of the demo answers as its document says', async () => {
  const changes = recordCalls().filter(({ verb }) => verb === 'PUT' || verb === 'PATCH')
  expect(changes.length).toBeGreaterThan(40)
  for (const call of changes) {
    const [, , table = ''] = call.path.split('/')
    const keys = await keyFieldsOf(table)
    const [record = {}] = await recordsOf(table, 1)
    const rest = Object.fromEntries(Object.entries(record).filter(([name]) => !keys.includes(name)))
    const isSingle = call.path.endsWith('{id}')
    if (Object.keys(rest).length === 0) continue
    const path = call.path.replace('{id}', keys.map((field) => record[field]).join(','))
    await expectAsDescribed(call, `${path}?fields=*`, isSingle ? rest : { resource: [record] })
  }
})

test('a new record of the demo needs exactly what its schema requires', async () => {
  const additions = recordCalls().filter(({ verb }) => verb === 'POST')
  expect(additions.length).toBeGreaterThan(10)
  for (const { path } of additions) {
    const [, , table = ''] = path.split('/')
    const { required = [], properties = {} } = document.components.schemas[`shop_${table}_create`] ?? {}
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
