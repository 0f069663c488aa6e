import { mongodb } from '../../../adapters/database/mongodb/service-type.ts'
import { ownDatabase } from '../../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../../helpers/house.ts'
import { fillShop } from '../../helpers/shop.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const KEEPER = 'keeper-of-the-shop'

/** What are foreign keys on other engines. */
const RELATIONS = [
  ['orders', 'customer_id', 'customers'],
  ['order_items', 'order_id', 'orders'],
  ['secret_salaries', 'customer_id', 'customers'],
] as const

/** The shop as collections, its relationships declared beside them. */
export async function openShopOnMongodb(roles: Readonly<Record<string, readonly object[]>>): Promise<House> {
  const { url, drop } = await ownDatabase('mongodb')
  const adapter = await mongodb.open(mongodb.config.parse({ url }), {
    baseDir: '.',
    statementTimeoutMs: 10_000,
  })
  await fillShop(adapter)
  await adapter.close()
  const service = { type: 'mongodb', config: { url } }
  const house = await openHouseOn(service, { ...roles, [KEEPER]: [{ component: '*', verbs: ALL }] })
  for (const [table, field, ref_table] of RELATIONS) {
    const relation = { type: 'belongs_to', field, ref_table, ref_field: 'id', is_virtual: true }
    const { status, text } = await house.rest('POST', `/api/v2/shop/_schema/${table}/_related`, {
      key: keyOf(KEEPER),
      body: { resource: [relation] },
    })
    if (status >= 300) throw new Error(text)
  }
  return {
    ...house,
    close: async () => {
      await house.close()
      await drop()
    },
  }
}
