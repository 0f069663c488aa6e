import { afterAll, describe, vi } from 'vitest'
import { oracleConfig } from '../../adapters/database/oracle/config.ts'
import type { Driver } from '../../adapters/database/oracle/driver.ts'
import { openOracle } from '../../adapters/database/oracle/open.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { endTranslations, oracleOnPostgres, whyNotTranslated } from '../adapters/oracle/on-postgres.ts'
import { present } from '../contract/scene.ts'
import { isGrammarRequired } from '../grammar/grammar.ts'
import { type House, openHouseOn } from '../helpers/house.ts'
import { fillShop } from '../helpers/shop.ts'
import { toolsAreSilent } from './canary-every-tool.ts'

/** Drivers of the translated databases, by the name of their service: the program knows no other way to one. */
const drivers = vi.hoisted(() => new Map<string, Driver>())
vi.mock('oracledb', async (original) => {
  const { default: driver } = await original<{ default: Driver }>()
  const getConnection: Driver['getConnection'] = (options) => {
    const [, name = ''] = /SERVICE_NAME=(\w+)/.exec(options.connectString) ?? []
    return (drivers.get(name) ?? driver).getConnection(options)
  }
  return { default: { ...driver, getConnection } }
})

afterAll(endTranslations)

/** The shop through the adapter of Oracle, whose statements run translated on PostgreSQL. */
async function openShopOnOracle(roles: Readonly<Record<string, readonly object[]>>): Promise<House> {
  const { driver, drop } = await oracleOnPostgres()
  const service_name = `shop_${drivers.size + 1}`
  drivers.set(service_name, driver)
  const config = { host: 'double', service_name, username: 'APP', pool_size: 3 }
  const adapter = await openOracle(oracleConfig.parse(config), {
    baseDir: '.',
    statementTimeoutMs: 20_000,
    driver,
  })
  await fillShop({
    ...adapter,
    // Names here are others than those that callers use: only the catalogue tells them.
    insert: async (query, options) => {
      const { tableByName } = buildSchema(await adapter.readSchema(options))
      return adapter.insert({ ...query, table: present(tableByName.get(query.table.name)) }, options)
    },
  })
  await adapter.close()
  const house = await openHouseOn({ type: 'oracle', config }, roles)
  return {
    ...house,
    close: async () => {
      await house.close()
      await drop()
    },
  }
}

describe.skipIf(whyNotTranslated !== undefined && !isGrammarRequired)(
  `the shop on oracle, translated (${whyNotTranslated ?? 'sqlglot'})`,
  () => {
    toolsAreSilent(openShopOnOracle)
  },
)
