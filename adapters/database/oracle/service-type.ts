import { databaseSettings } from '../../../src/core/database/settings-fields.ts'
import { defineServiceType } from '../../../src/core/service-type.ts'
import { ORACLE_CAPABILITIES } from './capabilities.ts'
import { oracleConfig } from './config.ts'

export const oracle = defineServiceType({
  name: 'oracle',
  label: 'Oracle',
  description: 'Database service for Oracle connections.',
  group: 'Database',
  kind: 'database',
  capabilities: ORACLE_CAPABILITIES,
  config: oracleConfig,
  url: { schemes: ['oracle'], toConfig: (url) => ({ url }) },
  settings: (config) => databaseSettings(config),
  async open(config, context) {
    const { openOracle } = await import('./open.ts')
    return openOracle(config, context)
  },
})
