import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openScene, post, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.app.close())

async function ask(method: string, params: object = {}, role = 'admin') {
  return (await post(scene, { jsonrpc: '2.0', id: 1, method, params }, { role })).message
}
const get = (name: string, args?: object, role?: string) =>
  ask('prompts/get', { name, ...(args ? { arguments: args } : {}) }, role)

describe('prompts', () => {
  test('are three, with what they need', async () => {
    const { prompts } = (await ask('prompts/list')).result
    expect(prompts).toMatchObject([
      {
        name: 'check_data_quality',
        arguments: [
          { name: 'table', required: true },
          { name: 'column', required: false },
        ],
      },
      { name: 'explain_table', arguments: [{ name: 'table', required: true }] },
      { name: 'explore_database', arguments: [{ name: 'question', required: false }] },
    ])
    for (const { title, description } of prompts) expect([title, description]).not.toContain(undefined)
  })

  test('explain a table with its columns attached', async () => {
    const { messages } = (await get('explain_table', { table: 'orders' }, 'clerk')).result
    expect(messages).toMatchObject([
      { role: 'user', content: { type: 'resource', resource: { uri: 'sluice://shop/schema/orders' } } },
      { role: 'user', content: { type: 'text', text: expect.stringContaining("table 'orders'") } },
    ])
    expect(JSON.stringify(messages)).not.toMatch(/secret_salaries|customers_by/)
  })

  test('explore with the tables of the caller alone', async () => {
    const { messages } = (await get('explore_database', { question: 'Who pays late?' }, 'clerk')).result
    const text = JSON.stringify(messages)
    expect(text).toContain('Who pays late?')
    expect(text).toContain('order_items')
    expect(text).not.toMatch(/secret_salaries|customers"/)
  })

  test('are refused for tables and columns of others as for those that do not exist', async () => {
    const told = async (args: object) => {
      const { error } = await get('check_data_quality', args, 'clerk')
      expect(error.code).toBe(-32_602)
      return error.message
    }
    expect(await told({ table: 'secret_salaries' })).toBe("There is no table 'secret_salaries' for you.")
    expect(await told({ table: 'nothing_of_ours' })).toBe("There is no table 'nothing_of_ours' for you.")
    expect(await told({ table: 'ordrs' })).toContain("Did you mean 'orders'?")
    const column = async (name: string) =>
      (await told({ table: 'orders', column: name })).replaceAll(name, 'X')
    expect(await column('hidden_amount')).toBe(await column('hidden_amounx'))
  })

  test.each([
    ['an unknown one', 'no_such', {}, 'Unknown prompt: no_such'],
    ['one without its table', 'explain_table', {}, "needs 'table'"],
    ['one with an empty table', 'explain_table', { table: '' }, "needs 'table'"],
    [
      'one with an argument of no use',
      'explain_table',
      { table: 'orders', tabel: 'x' },
      "no argument 'tabel'",
    ],
  ])('%s is refused', async (_name, prompt, args, words) => {
    const { error } = await get(prompt, args)
    expect(error).toMatchObject({ code: -32_602, message: expect.stringContaining(words) })
  })
})

describe('completion', () => {
  const complete = async (ref: object, name: string, value: string, more: object = {}, role = 'admin') =>
    await ask('completion/complete', { ref, argument: { name, value }, ...more }, role)
  const explain = { type: 'ref/prompt', name: 'explain_table' }
  const quality = { type: 'ref/prompt', name: 'check_data_quality' }
  const template = { type: 'ref/resource', uri: 'sluice://shop/table/{table}' }

  test('of tables begins with those that begin so', async () => {
    const { completion } = (await complete(explain, 'table', 'O')).result
    expect(completion).toEqual({
      values: ['order_items', 'orders', 'customers'],
      total: 3,
      hasMore: false,
    })
    expect((await complete(template, 'table', 'ord')).result.completion.values).toEqual([
      'order_items',
      'orders',
    ])
  })

  test('of columns needs their table', async () => {
    const context = { context: { arguments: { table: 'customers' } } }
    expect((await complete(quality, 'column', 'e', context)).result.completion.values).toEqual([
      'email',
      'name',
      'region',
    ])
    expect((await complete(quality, 'column', '')).result.completion.values).toEqual([])
  })

  test('tells a caller nothing of others', async () => {
    expect((await complete(explain, 'table', '', {}, 'clerk')).result.completion).toEqual({
      values: ['order_items', 'orders'],
      total: 2,
      hasMore: false,
    })
    for (const table of ['secret_salaries', 'nothing'])
      expect(
        (await complete(quality, 'column', '', { context: { arguments: { table } } }, 'clerk')).result
          .completion,
      ).toEqual({ values: [], total: 0, hasMore: false })
  })

  test('of free text is empty', async () => {
    const ref = { type: 'ref/prompt', name: 'explore_database' }
    expect((await complete(ref, 'question', 'who')).result.completion.values).toEqual([])
  })

  test.each([
    ['an unknown prompt', { type: 'ref/prompt', name: 'no_such' }, 'table'],
    ['an unknown argument', explain, 'tabel'],
    ['an unknown template', { type: 'ref/resource', uri: 'sluice://shop/{x}' }, 'table'],
    ['an unknown variable', template, 'id'],
  ])('of %s is refused', async (_name, ref, name) => {
    expect((await complete(ref, name, '')).error).toMatchObject({ code: -32_602 })
  })
})
