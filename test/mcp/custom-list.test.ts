import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ROLES = {
  writer: [{ component: '_table/*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
  reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
  stranger: [{ component: '_table/customers/*', verbs: ['GET'] }],
}
const COUNT = 40
const names = Array.from({ length: COUNT }, (_, index) => `declared_tool_number_${index}`)
const LAST = `declared_tool_number_${COUNT - 1}`

let house: House
let token: string

const rpc = async (method: string, params: object, role: string, path = '/mcp/shop') => {
  const { body } = await house.rest('POST', path, {
    headers: {
      authorization: `Bearer ${keyOf(role)}`,
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: { jsonrpc: '2.0', id: 1, method, params },
  })
  return Object(body)
}
const listed = async (role: string, path?: string): Promise<readonly Record<string, unknown>[]> =>
  (await rpc('tools/list', {}, role, path)).result.tools
const callOf = (name: string, args: object, role: string, path?: string) =>
  rpc('tools/call', { name, arguments: args }, role, path)
const through = (name: unknown, args: object, role = 'writer', more: object = {}, path?: string) =>
  callOf('call_tool', { name, arguments: args, ...more }, role, path)

/** What a declared tool says, whose description and parameters are as long as they may be. */
const declaration = (name: string, more: object = {}) => ({
  name,
  service_id: house.app.store.snapshot().serviceByName.get('shop')?.id,
  description: `Orders for ${name}. ${'It has a long tale to tell. '.repeat(30)}`.slice(0, 1_000),
  operation: 'get_table_data',
  parameters: [
    { name: 'status', type: 'string', description: 'S'.repeat(500) },
    { name: 'least', type: 'number', description: 'L'.repeat(500), default: 0 },
  ],
  arguments: { table_name: 'orders', fields: ['id'], filter: 'status = {status} and total >= {least}' },
  ...more,
})
const declare = async (record: object) => {
  const answer = await askOf(house)('POST', 'system/tool', { token, body: { resource: [record] } })
  expect(answer.status).toBe(201)
}

beforeAll(async () => {
  house = await openHouse(ROLES)
  token = await signIn(house, 'admin', ADMIN)
  for (const name of names.slice(0, -1)) await declare(declaration(name))
  const closing = { table_name: 'orders', records: [{ status: 'closed' }], filter: 'status = {status}' }
  const [status] = declaration('').parameters
  await declare(declaration(LAST, { operation: 'update_records', parameters: [status], arguments: closing }))
})
afterAll(() => house.close())

describe.each([
  ['one service', '/mcp/shop', {}],
  ['all services', '/mcp', { service: 'shop' }],
])('the list of %s with more declared tools than there is room for', (_, path, more) => {
  test.each(['writer', 'reader'])('takes at most 2 500 tokens for a %s', async (role) => {
    expect(JSON.stringify(await listed(role, path)).length / 4).toBeLessThanOrEqual(2_500)
  })

  test('still has every tool that no other answers for, and the one that calls the rest', async () => {
    const shown = (await listed('writer', path)).map(({ name }) => name)
    for (const name of ['get_tables', 'get_table_data', 'delete_records', 'list_tools', 'call_tool'])
      expect(shown).toContain(name)
    expect(shown).toContain(names[0])
    expect(shown).not.toContain(LAST)
  })

  test('what is not in it is found, with its arguments, and called', async () => {
    const all = await callOf('list_tools', { names_only: true, ...more }, 'reader', path)
    const found = all.result.structuredContent.tools.map(({ name }: { name: string }) => name)
    expect(found.filter((name: string) => names.includes(name))).toEqual(names.slice(0, -1))
    expect(found).not.toContain('call_tool')
    const name = names.at(-2)
    const one = await callOf('list_tools', { name, ...more }, 'reader', path)
    expect(one.result.structuredContent.tools).toEqual([
      expect.objectContaining({
        name,
        description: declaration(String(name)).description.trim(),
        inputSchema: expect.objectContaining({ required: ['status'] }),
      }),
    ])
    const { result } = await through(name, { status: 'paid' }, 'reader', more, path)
    expect(result.structuredContent.rows).toEqual([{ id: 1 }, { id: 3 }])
  })

  test('a name that is not the caller’s is as unknown as one that does not exist', async () => {
    const unknown = async (name: string, role: string) =>
      JSON.stringify(await through(name, { status: 'paid' }, role, more, path)).replaceAll(name, 'NAME')
    const wanted = await unknown('no_such_tool', 'stranger')
    expect(wanted).toContain('-32602')
    expect(await unknown(names[0] ?? '', 'stranger')).toBe(wanted)
    expect(await unknown(LAST, 'reader')).toBe(wanted)
    expect(await unknown('delete_records', 'reader')).toBe(wanted)
    const told = async (name: string, role: string) =>
      JSON.stringify(await callOf('list_tools', { name, ...more }, role, path)).replaceAll(name, 'NAME')
    expect(await told(LAST, 'stranger')).toBe(await told('declared_tool_number_zz', 'stranger'))
  })

  test.each([
    ['no name', {}],
    ['a name that is none', { name: 7 }],
    ['arguments that are none', { name: 'get_tables', arguments: 'x' }],
    ['something beside them', { name: 'get_tables', sql: 'select 1' }],
    ['itself', { name: 'call_tool', arguments: { name: 'get_tables' } }],
  ])('%s is refused with words that help', async (__, args) => {
    const { result } = await callOf('call_tool', { ...args, ...more }, 'writer', path)
    expect(result.isError).toBe(true)
    expect(result.content[0].text).toMatch(/^bad_request: /)
  })

  test('what asks for a confirmation asks for it here, too', async () => {
    const { result } = await through(LAST, { status: 'canary-held' }, 'writer', more, path)
    expect(result.isError).toBe(true)
    expect(result.content[0].text).toContain('confirmation: ')
    const seen = await callOf(
      'get_table_data',
      { table_name: 'orders', filter: "status = 'closed'", ...more },
      'writer',
      path,
    )
    expect(seen.result.structuredContent.rows).toEqual([])
  })
})

test('a caller whose tools all read has one that calls them and reads', async () => {
  const hintOf = async (role: string) =>
    (await listed(role)).find(({ name }) => name === 'call_tool')?.annotations
  expect(await hintOf('reader')).toMatchObject({ readOnlyHint: true })
  expect(await hintOf('writer')).toMatchObject({ readOnlyHint: false, destructiveHint: true })
})

test('who has no declared tool has the list as it was', async () => {
  const shown = (await listed('stranger')).map(({ name }) => name)
  expect(shown).not.toContain('call_tool')
  expect(shown).toContain('get_table_fields')
})
