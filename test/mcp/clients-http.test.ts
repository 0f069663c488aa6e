import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENTS } from './clients.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.app.close())

describe.each(Object.entries(CLIENTS))('client %s over HTTP', (_name, connect) => {
  const connected = async (apiKey = 'admin') => connect({ url: await scene.url(), apiKey })

  test('lists the tools and calls them', async () => {
    const client = await connected()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['get_tables', 'get_table_data', 'delete_records']),
    )
    const answer = await client.callTool({
      name: 'get_table_data',
      arguments: { table_name: 'orders', limit: 2 },
    })
    expect(answer.structuredContent).toMatchObject({ returned: 2, has_more: true, next_offset: 2 })
    expect(answer.content).toMatchObject([
      { type: 'text', text: expect.stringContaining('shop.orders: returned 2') },
    ])
    await client.close()
  })

  test('reads resources, gets prompts and completes names', async () => {
    const client = await connected()
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toContain('sluice://shop/schema/orders')
    const { resourceTemplates } = await client.listResourceTemplates()
    const [uriTemplate = ''] = resourceTemplates.map((template) => template.uriTemplate)
    expect(uriTemplate).toBe('sluice://shop/schema/{table}')
    const { contents } = await client.readResource({ uri: 'sluice://shop/schema/orders' })
    expect(contents).toMatchObject([
      { mimeType: 'application/json', text: expect.stringContaining('"orders"') },
    ])
    await expect(client.readResource({ uri: 'sluice://shop/schema/ordrs' })).rejects.toMatchObject({
      code: -32602,
    })
    expect((await client.listPrompts()).prompts).toHaveLength(3)
    const { messages } = await client.getPrompt({ name: 'explain_table', arguments: { table: 'orders' } })
    expect(messages).toHaveLength(2)
    const ref = { type: 'ref/resource' as const, uri: uriTemplate }
    const { completion } = await client.complete({ ref, argument: { name: 'table', value: 'order_i' } })
    expect(completion).toMatchObject({ values: ['order_items'] })
    await client.close()
  })

  test('works with a service of several at one address', async () => {
    const url = (await scene.url()).replace(/\/shop$/, '')
    const client = await connect({ url, apiKey: 'admin' })
    expect(client.instructions).toContain('list_services')
    expect(client.instructions).not.toContain('shop')
    const { tools } = await client.listTools()
    expect(tools[0]?.name).toBe('list_services')
    const listed = await client.callTool({ name: 'list_services', arguments: {} })
    expect(listed.structuredContent).toMatchObject({ services: [{ name: 'shop', type: 'test' }], total: 1 })
    const args = { service: 'shop', table_name: 'orders', limit: 2 }
    const answer = await client.callTool({ name: 'get_table_data', arguments: args })
    expect(answer.structuredContent).toMatchObject({ returned: 2, has_more: true })
    const { contents } = await client.readResource({ uri: 'sluice://shop/schema/orders' })
    expect(contents).toHaveLength(1)
    await client.close()
  })

  test('is told how to work, without names of tables', async () => {
    const client = await connected()
    expect(client.instructions).toContain('get_table_schema')
    expect(client.instructions).not.toMatch(/orders|customers/)
    await client.close()
  })

  test('checks every answer against the schema of its tool', async () => {
    const client = await connected()
    await client.listTools()
    const calls = {
      get_tables: {},
      get_table_schema: { table_name: 'orders' },
      get_table_fields: { table_name: 'orders' },
      get_table_relationships: { table_name: 'orders' },
      aggregate_data: { table_name: 'orders', aggregates: [{ function: 'COUNT', field: '*' }] },
      get_data_model: { search: 'customer' },
      update_records: { table_name: 'orders', records: [{ id: 1, status: 'paid' }] },
      get_database_resources: {},
      list_tools: {},
    }
    for (const [name, args] of Object.entries(calls)) {
      const answer = await client.callTool({ name, arguments: args })
      expect(answer.isError ?? false, name).toBe(false)
      expect(answer.structuredContent, name).toBeTypeOf('object')
    }
    await client.close()
  })

  test('gets mistakes as answers it can learn from', async () => {
    const client = await connected()
    await client.listTools()
    const answer = await client.callTool({
      name: 'get_table_data',
      arguments: { table_name: 'orders', fitler: 'x' },
    })
    expect(answer).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("did you mean 'filter'") }],
    })
    await client.close()
  })

  test('is told that a tool of others does not exist', async () => {
    const client = await connected('reader')
    expect((await client.listTools()).tools).toHaveLength(9)
    await expect(
      client.callTool({ name: 'delete_records', arguments: { table_name: 'orders', ids: [1] } }),
    ).rejects.toMatchObject({ code: -32602 })
    await client.close()
  })

  test('is not let in without a key that holds', async () => {
    await expect(connected('no-such-key')).rejects.toThrow()
  })
})
