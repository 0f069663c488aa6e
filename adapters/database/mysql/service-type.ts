import { databaseSettings } from '../../../src/core/database/settings-fields.ts'
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
  settings: (config) => databaseSettings(config),
  async open(config, context) {
    const { openMysql } = await import('./open.ts')
    return openMysql(config, context)
  },
})
