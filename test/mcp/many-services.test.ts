import { afterEach, describe, expect, test } from 'vitest'
import type { Credentials } from '../../src/access/authenticate.ts'
import { createScopedPolicies } from '../../src/access/oauth/scopes.ts'
import type { Caller } from '../../src/core/caller.ts'
import { AppError } from '../../src/core/errors.ts'
import { SESSION_LIMITS } from '../../src/mcp/session-limits.ts'
import { ADMIN, callerWith } from '../helpers/shop.ts'
import { openShops, policyOn } from '../helpers/shops.ts'
import { ACCEPT, call, LIST, messageIn, modern, openScene, type Scene, type SceneOptions } from './scene.ts'

let scene: Scene
afterEach(() => scene.app.close())

const NAMES = ['north', 'canary_south', 'canary_west', 'canary_down', 'canary_off']
const ALL_VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const CALLERS: Readonly<Record<string, Caller>> = {
  admin: ADMIN,
  northern: callerWith(policyOn(1, ['north'], ['GET'])),
  writer: callerWith(policyOn(2, ['north', 'canary_south'], ALL_VERBS)),
  mixed: callerWith(policyOn(3, ['north', 'canary_down'], ['GET'])),
  nobody: callerWith(policyOn(4, [], ['GET'])),
}

async function authenticate({ apiKey = '' }: Credentials): Promise<Caller> {
  const caller = CALLERS[apiKey]
  if (!caller) throw new AppError('unauthenticated', 'Unauthorized. The API Key is not known.')
  return caller
}

async function open(options: SceneOptions = {}, names: readonly string[] = NAMES) {
  const services = await openShops(names, { off: ['canary_off'], down: ['canary_down'] })
  scene = await openScene({ services, authenticate, ...options })
}

interface PostOptions {
  readonly role?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function raw(message: unknown, { role = 'admin', url = '/mcp', headers = {} }: PostOptions = {}) {
  const key = { 'x-dreamfactory-api-key': role, host: 'localhost' }
  return await scene.app.inject({
    method: 'POST',
    url,
    headers: { accept: ACCEPT, 'content-type': 'application/json', ...key, ...headers },
    payload: JSON.stringify(message),
  })
}

const post = async (message: unknown, options?: PostOptions) => messageIn((await raw(message, options)).body)
const READ = { service: 'north', table_name: 'orders', limit: 2, order: 'id' }

describe('the list of tools', () => {
  test('of ten databases stays within 2 500 tokens and names each of them', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `department_${index + 10}`)
    await open({}, names)
    const { tools } = (await post(LIST)).result
    expect(JSON.stringify(tools).length / 4).toBeLessThanOrEqual(2_500)
    expect(tools[0].name).toBe('list_services')
    const told = tools.slice(1).map(({ inputSchema }: { inputSchema: object }) => inputSchema)
    expect(told.length).toBeGreaterThan(10)
    for (const schema of told) {
      expect(schema.required).toContain('service')
      expect(schema.properties.service).toMatchObject({ type: 'string' })
    }
    expect(told[0].properties.service.enum).toEqual(names)
  })

  test('of more than fifty names none', async () => {
    await open(
      {},
      Array.from({ length: 51 }, (_, index) => `s${index}`),
    )
    const { tools } = (await post(LIST)).result
    expect(JSON.stringify(tools)).not.toContain('"s7"')
    expect(tools[1].inputSchema.properties.service).toMatchObject({ type: 'string' })
  })

  test('tells the tools that each service has, and is the same both ways', async () => {
    await open()
    const { tools } = (await post(LIST, { role: 'writer' })).result
    const reading = (await post(LIST, { role: 'northern' })).result.tools
    expect(tools.map(nameOf)).toContain('create_records')
    expect(reading.map(nameOf)).not.toContain('create_records')
    const sdk = modern(LIST)
    const other = await post(sdk.message, { role: 'writer', headers: sdk.headers })
    expect(other.result.tools).toEqual(tools)
    await scene.app.close()
    await open({ fastPath: false })
    expect((await post(LIST, { role: 'writer' })).result.tools).toEqual(tools)
  })

  test('goes on without a service that does not open', async () => {
    await open()
    const { tools } = (await post(LIST, { role: 'mixed' })).result
    const read = tools.find((tool: { name: string }) => tool.name === 'get_table_data')
    expect(read.inputSchema.properties.service.enum).toEqual(['north'])
    const listed = await post(call('list_services'), { role: 'mixed' })
    expect(listed.result.structuredContent.services.map(nameOf)).toEqual(['north', 'canary_down'])
  })
})

describe('a call', () => {
  test.each([true, false])('reads the service it names (fast path %s)', async (fastPath) => {
    await open({ fastPath })
    const many = await post(call('get_table_data', READ))
    expect(many.result.content[0].text).toContain('north.orders: returned 2')
    const { service: _, ...args } = READ
    const one = await post(call('get_table_data', args), { url: '/mcp/north' })
    expect(many).toEqual(one)
  })

  test('writes to the service it names alone', async () => {
    await open()
    const record = { region: 'east', name: 'Eve' }
    const made = await post(
      call('create_records', { service: 'canary_south', table_name: 'customers', records: [record] }),
      {
        role: 'writer',
      },
    )
    expect(made.result.isError).toBeUndefined()
    const count = async (service: string) =>
      (await post(call('get_table_data', { service, table_name: 'customers', count_only: true }))).result
        .structuredContent
    expect(await count('canary_south')).toMatchObject({ total: 4 })
    expect(await count('north')).toMatchObject({ total: 3 })
  })

  test('that the role does not have on this service is unknown there', async () => {
    await open()
    const refused = await post(call('create_records', { ...READ, records: [] }), { role: 'northern' })
    expect(refused.error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown tool: create_records'),
    })
  })

  test('without a service is told how to find one; of an unknown tool, that there is none', async () => {
    await open()
    const { result } = await post(call('get_tables'))
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('list_services') }],
    })
    const unknown = await post(call('no_such_tool'))
    expect(unknown.error.code).toBe(-32602)
  })

  test('is counted as one of its service, and any other without one', async () => {
    const counted: string[] = []
    await open({
      limits: { count: ({ service, verb }) => void counted.push(`${service}:${verb}`) },
    })
    await post(call('get_table_data', READ))
    await post(call('list_services'))
    await post(call('get_tables', { service: 'nowhere' }))
    expect(counted).toEqual(['north:GET', ':GET', ':GET'])
  })

  test('is limited at the door, whatever it names', async () => {
    const count = async () => {
      throw new AppError('too_many_requests', 'Too many calls.')
    }
    await open({ callLimits: { count } })
    for (const args of [READ, {}, { service: 'nowhere' }])
      expect((await raw(call('get_table_data', args))).statusCode).toBe(429)
    expect((await raw(call('list_services'))).statusCode).toBe(429)
  })
})

describe('what was given for one service', () => {
  test('a cursor is refused on another', async () => {
    await open()
    const first = await post(call('get_table_data', { ...READ, cursor: '' }))
    const { next_cursor: cursor } = first.result.structuredContent
    expect(cursor).toBeTypeOf('string')
    const same = await post(call('get_table_data', { ...READ, cursor }))
    expect(same.result.structuredContent.rows).toMatchObject([{ id: 3 }, { id: 4 }])
    const other = await post(call('get_table_data', { ...READ, service: 'canary_south', cursor }))
    expect(other.result.isError).toBe(true)
  })

  test('a confirmation is refused on another', async () => {
    await open()
    const wanted = { table_name: 'order_items', filter: 'quantity > 0' }
    const remove = (service: string, rest: object = {}) =>
      post(call('delete_records', { service, ...wanted, ...rest }), { role: 'writer' })
    const asked = await remove('north')
    const [, confirmation = ''] = /^confirmation: (.*)$/m.exec(asked.result.content[0].text) ?? []
    expect(confirmation).not.toBe('')
    const other = await remove('canary_south', { confirmation })
    expect(other.result.isError).toBe(true)
    const same = await remove('north', { confirmation })
    expect(same.result.isError).toBeUndefined()
  })

  test('a link is read where it was given, and by no one who does not reach its service', async () => {
    await open()
    const linked = await post(call('get_table_data', { ...READ, format: 'csv_link' }))
    const link = linked.result.content.find((part: { type: string }) => part.type === 'resource_link')
    const read = { jsonrpc: '2.0', id: 3, method: 'resources/read', params: { uri: link.uri } }
    expect((await post(read)).result.contents[0].text).toContain('paid')
    const moved = {
      ...read,
      params: { uri: link.uri.replace('sluice://north/', 'sluice://canary_south/') },
    }
    expect((await post(moved)).error.code).toBe(-32602)
    expect((await post(read, { role: 'nobody' })).error.code).toBe(-32602)
  })
})

describe('resources', () => {
  test('are those of all services, and are read by their addresses', async () => {
    await open()
    const ask = (method: string, params: object = {}) =>
      post({ jsonrpc: '2.0', id: 1, method, params }, { role: 'writer' })
    const { resources } = (await ask('resources/list')).result
    const uris = resources.map(({ uri }: { uri: string }) => uri)
    expect(uris).toEqual(
      expect.arrayContaining(['sluice://north/schema/orders', 'sluice://canary_south/schema/orders']),
    )
    const templates = (await ask('resources/templates/list')).result.resourceTemplates
    expect(templates).toHaveLength(4)
    const read = await ask('resources/read', { uri: 'sluice://canary_south/table/orders' })
    expect(read.result.contents[0].text).toContain('canary_south.orders')
  })
})

describe('a caller who reaches one service', () => {
  const asked = (args: object) => call('get_tables', args)

  test.each([true, false])('cannot tell others from none (fast path %s)', async (fastPath) => {
    await open({ fastPath })
    const answers = await Promise.all(
      ['canary_south', 'canary_down', 'canary_off', 'xxxxxxxxxxxxxxxxx'].map(async (service) => {
        const { statusCode, body } = await raw(asked({ service }), { role: 'northern' })
        return `${statusCode} ${body}`
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('There is no such service for these credentials.')
    const uris = ['canary_south', 'nowhere_near'].map(async (service) => {
      const uri = `sluice://${service}/schema/orders`
      const { body } = await raw(
        { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri } },
        { role: 'northern' },
      )
      return body.replaceAll(service, 'SERVICE')
    })
    const [forbidden, unknown] = await Promise.all(uris)
    expect(forbidden).toBe(unknown)
  })

  test('sees no name of another in any byte', async () => {
    await open()
    const hello = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    }
    const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params })
    const messages = [
      request('initialize', hello),
      LIST,
      request('resources/list'),
      request('resources/templates/list'),
      request('prompts/list'),
      request('resources/read', { uri: 'sluice://north/tables' }),
      request('resources/read', { uri: 'sluice://sout/tables' }),
      call('list_services'),
      call('list_services', { ofset: 1 }),
      call('list_tools', { service: 'north' }),
      call('get_tables'),
      call('get_tables', { service: 'canary' }),
      call('get_tables', { service: 'anary_south' }),
      call('get_tables', { service: ['canary'] }),
      call('get_data_model', { service: 'north', search: 'canary' }),
      call('get_table_data', { service: 'north', table_name: 'canary' }),
      call('get_database_resources', { service: 'north' }),
    ]
    for (const message of messages) {
      const envelope = modern(message)
      for (const headers of [{}, envelope.headers]) {
        const sent = Object.keys(headers).length === 0 ? message : envelope.message
        const { body } = await raw(sent, { role: 'northern', headers })
        expect(body).not.toMatch(/canary_|south|west/)
      }
    }
  })

  test('of none is answered with none', async () => {
    await open()
    expect((await post(LIST, { role: 'nobody' })).result.tools.map(nameOf)).toEqual(['list_services'])
    const listed = await post(call('list_services'), { role: 'nobody' })
    expect(listed.result.structuredContent).toMatchObject({ services: [], total: 0 })
  })
})

describe('access tokens', () => {
  const AUTHORIZATION = { baseUrl: 'https://sluice.test', servers: ['https://login.test'] }
  const whole = CALLERS.writer?.policy ?? ADMIN.policy
  const token = (scopes: readonly string[]): Caller => ({
    ...callerWith(createScopedPolicies()(whole, scopes)),
    scope: { whole },
  })

  test('are asked for without a service, and 401 names the address of all', async () => {
    const seen: unknown[] = []
    await open({
      authorization: AUTHORIZATION,
      authenticate: async ({ service }) => {
        seen.push(service)
        throw new AppError('unauthenticated', 'No.')
      },
    })
    const { statusCode, headers } = await raw(LIST)
    expect([statusCode, seen]).toEqual([401, [undefined]])
    expect(headers['www-authenticate']).toContain(
      'resource_metadata="https://sluice.test/.well-known/oauth-protected-resource/mcp"',
    )
  })

  test('without the scope for a service or a verb get 403 that names it', async () => {
    await open({ authorization: AUTHORIZATION, authenticate: async () => token(['north:read']) })
    const writing = { service: 'north', table_name: 'orders', records: [] }
    const denied = await raw(call('create_records', writing))
    expect(denied.statusCode).toBe(403)
    expect(denied.headers['www-authenticate']).toMatch(/insufficient_scope.*north:write/)
    const other = await raw(call('get_tables', { service: 'canary_south' }))
    expect(other.statusCode).toBe(403)
    expect(other.headers['www-authenticate']).toContain('canary_south:read')
    expect((await raw(call('get_tables', { service: 'canary_west' }))).statusCode).toBe(200)
    expect((await raw(call('get_tables', { service: 'north' }))).json().result.isError).toBeUndefined()
  })
})

test('a session of all services is none of a single one', async () => {
  await open({ sessions: SESSION_LIMITS })
  const url = (await scene.url()).replace('/mcp/shop', '')
  const send = (path: string, message: object, session?: string) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        accept: ACCEPT,
        'content-type': 'application/json',
        'x-dreamfactory-api-key': 'admin',
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      },
      body: JSON.stringify(message),
    })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const begun = await send('/mcp', { jsonrpc: '2.0', id: 0, method: 'initialize', params })
  await begun.text()
  const id = begun.headers.get('mcp-session-id') ?? ''
  expect(id).not.toBe('')
  const read = messageIn(await (await send('/mcp', call('get_table_data', READ), id)).text())
  expect(read.result.structuredContent.rows).toHaveLength(2)
  expect((await send('/mcp/north', LIST, id)).status).toBe(404)
})

function nameOf({ name }: { readonly name: string }): string {
  return name
}
