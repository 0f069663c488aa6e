import { expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { AppError } from '../../src/core/errors.ts'
import { narrowTable } from '../../src/operations/field-view/narrow-table.ts'
import { wholeQueries } from '../../src/operations/field-view/whole-queries.ts'
import { SHOP_TABLES } from '../helpers/shop.ts'

const signal = new AbortController().signal

/** An engine that refuses every change of the schema with these words. */
function refusing(message: string) {
  const tables = buildSchema(SHOP_TABLES).tables.map((table) => narrowTable(table, new Set(['id', 'status'])))
  const engine = { ...openMemory(), alter: () => Promise.reject(new AppError('conflict', message)) }
  return wholeQueries(engine, () => tables)
}

test('what an engine says of a change of the schema names no hidden field of any table', async () => {
  const drop = { kind: 'drop_table', table: 'orders' } as const
  await expect(refusing("Key on 'hidden_amount' is in use.").alter(drop, { signal })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.not.stringContaining('hidden_amount'),
    hint: expect.not.stringContaining('hidden_amount'),
  })
  await expect(refusing("Key on 'status' is in use.").alter(drop, { signal })).rejects.toMatchObject({
    message: "Key on 'status' is in use.",
  })
})
