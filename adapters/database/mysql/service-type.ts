import { defineServiceType } from '../../../src/core/service-type.ts'
import { MYSQL_CAPABILITIES } from './capabilities.ts'
import { mysqlConfig } from './config.ts'

export const mysql = defineServiceType({
  name: 'mysql',
  label: 'MySQL',
  description: 'Database service for MySQL connections.',
  group: 'Database',
  kind: 'database',
  capabilities: MYSQL_CAPABILITIES,
  config: mysqlConfig,
  url: { schemes: ['mysql'], toConfig: (url) => ({ url }) },
  settings: ({ max_records, allow_upsert, halt_on_error }) => ({
    maxRecords: max_records,
    allowUpsert: allow_upsert,
    haltsOnError: halt_on_error,
  }),
  async open(config, context) {
    const { openMysql } = await import('./open.ts')
    return openMysql(config, context)
  },
})
