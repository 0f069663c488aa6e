import { mysqlConfig } from '../../adapters/database/mysql/config.ts'
import { openMysql } from '../../adapters/database/mysql/open.ts'
import { pgsql } from '../../adapters/database/postgres/service-type.ts'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { ownDatabase } from '../contract/servers/test-server.ts'
import { type House, type openHouse, openHouseOn } from './house.ts'
import type { ServerType } from './server-house.ts'
import { fillShop } from './shop.ts'

const CONTEXT = { baseDir: '.', statementTimeoutMs: 20_000 }
const DATABASES = { pgsql: pgsqlDatabases, mysql: mysqlDatabases } as const
/** PostgreSQL does not count on from ids that are given; a decimal of MySQL has no places unless it says so. */
const MENDED: Readonly<Record<ServerType, readonly string[]>> = {
  pgsql: ['customers', 'orders', 'secret_salaries'].map(
    (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), 100)`,
  ),
  mysql: [
    'alter table orders modify total decimal(12, 2)',
    'update orders set total = 10.5 where id = 1',
    'update orders set total = 30.25 where id = 3',
  ],
}

/** A house whose service `shop` is the shop in a database of its own on a real server. */
export async function openShopHouse(
  type: ServerType,
  roles: Parameters<typeof openHouse>[0],
): Promise<House> {
  const { url, drop } = await ownDatabase(type)
  const adapter =
    type === 'pgsql'
      ? await pgsql.open(pgsql.config.parse({ url }), CONTEXT)
      : await openMysql(mysqlConfig.parse({ url }), CONTEXT)
  await fillShop(adapter)
  await adapter.close()
  for (const statement of MENDED[type]) await DATABASES[type].query(url, statement)
  const house = await openHouseOn({ type, config: { url } }, roles)
  return { ...house, close: () => house.close().then(drop) }
}
