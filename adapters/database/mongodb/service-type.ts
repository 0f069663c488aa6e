import { databaseSettings } from '../../../src/core/database/settings-fields.ts'
import { defineServiceType } from '../../../src/core/service-type.ts'
import { MONGODB_CAPABILITIES } from './capabilities.ts'
import { mongodbConfig } from './config.ts'
import { SCHEMES } from './connection-url.ts'

export const mongodb = defineServiceType({
  name: 'mongodb',
  label: 'MongoDB',
  description: 'Database service for MongoDB connections.',
  group: 'Database',
  kind: 'database',
  capabilities: MONGODB_CAPABILITIES,
  config: mongodbConfig,
  url: { schemes: SCHEMES, toConfig: (url) => ({ url }) },
  settings: (config) => databaseSettings(config),
  async open(config, context) {
    const { openMongodb } = await import('./open.ts')
    return openMongodb(config, context)
  },
})
