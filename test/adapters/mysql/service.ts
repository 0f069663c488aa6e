import { onTestFinished } from 'vitest'
import { mysqlConfig } from '../../../adapters/database/mysql/config.ts'
import { openMysql } from '../../../adapters/database/mysql/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'

type ServiceConfig = { readonly [key: string]: unknown }
type Way = { readonly ignoreReturning?: boolean; readonly statementTimeoutMs?: number }

/** A service on a database; statements are stopped after 20 seconds. */
export function openService(
  url: string,
  config: ServiceConfig = {},
  way: Way = {},
): Promise<DatabaseAdapter> {
  const context = { baseDir: '.', statementTimeoutMs: 20_000, ...way }
  return openMysql(mysqlConfig.parse({ url, ...config }), context)
}

/** For one test. */
export async function serviceForTest(
  url: string,
  config: ServiceConfig = {},
  way: Way = {},
): Promise<DatabaseAdapter> {
  const adapter = await openService(url, config, way)
  onTestFinished(() => adapter.close())
  return adapter
}
