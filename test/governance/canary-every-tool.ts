import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tools } from '../../tools/all.ts'
import { type House, keyOf } from '../helpers/house.ts'
import { expectSilent, NAMES, type OpenCanaries, ROLES } from './canaries.ts'
import { CALLS, NEAR, n, orders, WRONG } from './canary-calls.ts'

/** Every tool, resource, prompt and completion tells a role nothing that is hidden from it. */
export function toolsAreSilent(open: OpenCanaries): void {
  let house: House
  beforeAll(async () => {
    house = await open(Object.fromEntries(NAMES.map((name) => [name, ROLES[name].rules])))
  })
  afterAll(() => house?.close())

  describe.each(NAMES)('role %s', (role) => {
    const key = keyOf(role)
    /** Of what was sent itself, an error may speak. */
    const silent = (text: string, sent: unknown) =>
      expectSilent(
        text,
        ROLES[role].canaries.filter((canary) => !JSON.stringify(sent).includes(canary)),
        sent,
      )

    test.each(tools.map(({ name }) => name))('hears nothing hidden from %s', async (name) => {
      const calls = CALLS[name]
      expect(calls?.length, `no calls of ${name}`).toBeGreaterThan(0)
      for (const args of [...(calls ?? []), ...WRONG])
        silent((await house.tool(name, args, key)).text, [name, args])
    })

    test('hears nothing hidden from resources, prompts and completions', async () => {
      const listed = await house.rpc('resources/list', {}, key)
      const resources = [...listed.text.matchAll(/"uri":"([^"]+)"/g)].map(([, uri = '']) => uri)
      const near = NEAR.map((name) => `sluice://shop/schema/${name}`)
      const requests: [string, object][] = [
        ['tools/list', {}],
        ['resources/templates/list', {}],
        ['prompts/list', {}],
        ...[...resources, ...near].map((uri): [string, object] => ['resources/read', { uri }]),
        ...[...NEAR, 'orders'].flatMap((table): [string, object][] => [
          ['prompts/get', { name: 'explain_table', arguments: { table } }],
          ['prompts/get', { name: 'check_data_quality', arguments: { table } }],
        ]),
        ['prompts/get', { name: 'explore_database', arguments: {} }],
        ...['', 's', 'sec', 'c', 'o', 'h', 'r'].flatMap((value): [string, object][] => [
          [
            'completion/complete',
            { ref: { type: 'ref/prompt', name: 'explain_table' }, argument: { name: 'table', value } },
          ],
          [
            'completion/complete',
            {
              ref: { type: 'ref/prompt', name: 'check_data_quality' },
              argument: { name: 'column', value },
              context: { arguments: { table: 'orders' } },
            },
          ],
          [
            'completion/complete',
            {
              ref: { type: 'ref/resource', uri: 'sluice://shop/schema/{table}' },
              argument: { name: 'table', value },
            },
          ],
        ]),
      ]
      silent(listed.text, 'resources/list')
      expect(resources.length).toBeGreaterThan(0)
      for (const [method, params] of requests)
        silent((await house.rpc(method, params, key)).text, [method, params])
    })

    test('hears nothing hidden from links to all rows', async () => {
      const { text: listed } = await house.rpc('resources/list', {}, key)
      const tables = [...listed.matchAll(/"uri":"sluice:\/\/shop\/table\/([^"]+)"/g)].map(
        ([, name = '']) => name,
      )
      let read = 0
      for (const table_name of [...tables, ...NEAR])
        for (const format of ['csv_link', 'json_link']) {
          const { text } = await house.tool('get_table_data', { table_name, format }, key)
          const uri = /"uri":"([^"]+)"/.exec(text)?.[1]
          if (uri === undefined) continue
          silent((await house.rpc('resources/read', { uri }, key)).text, [table_name, format])
          read++
        }
      expect(read).toBe(tables.length * 2)
    })

    test('tells hidden and unknown names apart in no tool', async () => {
      const hidden = 'secret_salaries'
      const unknown = 'sekret_salariez'
      const calls = (name: string): [string, object][] => [
        ['aggregate_data', { table_name: name, aggregates: [n] }],
        ['aggregate_data', { ...orders, aggregates: [n], group_by: [`${name}.id`] }],
        ['aggregate_data', { ...orders, aggregates: [n], group_by: [`customer.${name}.id`] }],
        ['aggregate_data', { ...orders, aggregates: [{ function: 'MAX', field: `${name}_by_id.id` }] }],
        ['get_table_data', { ...orders, where: { [`${name}.id`]: 1 } }],
        ['get_table_data', { ...orders, related: name }],
        ['get_data_model', { tables: [name], detail: 'full' }],
        ['create_records', { table_name: name, records: [{ id: 1 }], dry_run: true }],
        [
          'create_records',
          { ...orders, records: [{ customer_id: 1, [`${name}_by_id`]: [] }], dry_run: true },
        ],
        ['update_records', { table_name: name, records: [{ id: 1 }], dry_run: true }],
        ['update_records', { table_name: name, records: [{ id: 1 }], filter: 'id = 1' }],
        ['delete_records', { table_name: name, ids: [1], dry_run: true }],
        ['run_batch', { steps: [{ operation: 'delete', table: name, ids: [1] }] }],
        ['import_records', { table_name: name, data: 'id\n1' }],
      ]
      for (const [index, [tool, args]] of calls(hidden).entries()) {
        const one = await house.tool(tool, args, key)
        const other = await house.tool(tool, calls(unknown)[index]?.[1] ?? {}, key)
        expect(one.text.replaceAll(hidden, 'T'), `${tool} ${JSON.stringify(args)}`).toBe(
          other.text.replaceAll(unknown, 'T'),
        )
      }
    })
  })
}
