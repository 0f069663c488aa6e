import { onTestFinished } from 'vitest'
import { pgsql } from '../../../adapters/database/postgres/service-type.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'

export type ServiceConfig = { readonly [key: string]: unknown }

/** A service on a database; statements are stopped after 20 seconds. */
export function openService(url: string, config: ServiceConfig = {}): Promise<DatabaseAdapter> {
  const context = { baseDir: '.', statementTimeoutMs: 20_000 }
  return pgsql.open(pgsql.config.parse({ url, ...config }), context)
}

/** For one test. */
export async function serviceForTest(url: string, config: ServiceConfig = {}): Promise<DatabaseAdapter> {
  const adapter = await openService(url, config)
  onTestFinished(() => adapter.close())
  return adapter
}
