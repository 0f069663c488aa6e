import { databaseSettings } from '../../../src/core/database/settings-fields.ts'
import { defineServiceType } from '../../../src/core/service-type.ts'
import { SQLSERVER_CAPABILITIES } from './capabilities.ts'
import { sqlserverConfig } from './config.ts'

export const sqlsrv = defineServiceType({
  name: 'sqlsrv',
  label: 'SQL Server',
  description: 'Database service supporting SQL Server connections.',
  group: 'Database',
  kind: 'database',
  capabilities: SQLSERVER_CAPABILITIES,
  config: sqlserverConfig,
  url: { schemes: ['sqlsrv', 'mssql'], toConfig: (url) => ({ url }) },
  settings: (config) => databaseSettings(config),
  async open(config, context) {
    const { openSqlserver } = await import('./open.ts')
    return openSqlserver(config, context)
  },
})
