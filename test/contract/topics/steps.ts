import { expect, test } from 'vitest'
import { getTaggedRecord } from '../../../src/operations/database/get-record.ts'
import { runSteps } from '../../../src/operations/database/steps/run-steps.ts'
import { updateRecords } from '../../../src/operations/database/update-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { type Engine, equals, useScene } from '../scene.ts'

export function steps(engine: Engine): void {
  const scene = useScene(engine)
  const run = async (...list: readonly object[]) =>
    (await serviceOn(scene.adapter).run(runSteps, { steps: list })).steps
  const customer = (name: string) => ({
    name: 'customer',
    operation: 'create',
    table: 'customers',
    record: { name },
  })
  const order = {
    operation: 'create',
    table: 'orders',
    record: { customer_id: { $ref: 'customer.id' }, number: 1 },
  }

  test('steps use what those before them made, in one transaction', async () => {
    const answers = await run(
      customer('Stepper'),
      { ...order, name: 'order' },
      {
        operation: 'create',
        table: 'order_items',
        records: [1, 2].map((line) => ({ order_id: { $ref: 'order.id' }, line, product: 'x' })),
      },
      {
        operation: 'list',
        table: 'order_items',
        filter: 'order_id = :o',
        params: { o: { $ref: 'order.id' } },
        fields: ['line'],
      },
      { operation: 'delete', table: 'order_items', ids: [{ order_id: { $ref: 'order.id' }, line: 1 }] },
      { operation: 'update', table: 'orders', id: { $ref: 'order.id' }, record: { status: 'done' } },
    )
    expect(answers[3]?.rows).toEqual([{ line: 1 }, { line: 2 }])
    const [made] = await scene.read('orders', { where: equals('status', 'done') })
    expect(made).toMatchObject({ customer_id: answers[0]?.rows[0]?.id })
    expect(await scene.count('order_items', equals('order_id', Number(made?.id)))).toBe(1)
  })

  test('a step that the database refuses undoes them all', async () => {
    await expect(run(customer('Undone'), order, order)).rejects.toMatchObject({
      code: 'conflict',
      context: { step: 2 },
    })
    expect(await scene.count('customers', equals('name', 'Undone'))).toBe(0)
  })

  test('of several that change what they read, one does', async () => {
    const { run: as } = serviceOn(scene.adapter)
    const { tag = '' } = await as(getTaggedRecord, { table_name: 'customers', id: '1' })
    const changes = [1, 2, 3, 4].map((score) =>
      as(updateRecords, { table_name: 'customers', id: '1', records: [{ score }], if_match: [tag] }).then(
        () => 'changed',
        (error: { code: string }) => error.code,
      ),
    )
    expect((await Promise.all(changes)).toSorted()).toEqual([
      'changed',
      'precondition_failed',
      'precondition_failed',
      'precondition_failed',
    ])
  })

  test('every record has one tag, until it changes', async () => {
    const { run: as } = serviceOn(scene.adapter)
    const tagOf = async () => (await as(getTaggedRecord, { table_name: 'types', id: '1' })).tag ?? ''
    await scene.insert('types', [
      {
        big: 9007199254740993n,
        exact: '12345678901234.50000',
        approximate: 0.1,
        flag: true,
        day: '2024-02-29',
      },
    ])
    const tag = await tagOf()
    const input = { table_name: 'types', id: '1', if_match: [tag] }
    await as(updateRecords, { ...input, records: [{ words: 'x' }] })
    expect(await tagOf()).not.toBe(tag)
    await expect(as(updateRecords, { ...input, records: [{ words: 'y' }] })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
  })
}
