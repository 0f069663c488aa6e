import type { ServiceInput } from './write/upsert-service.ts'

/** The services every instance has (dreamfactory-rest §7.4). */
export const SYSTEM_SERVICES: readonly ServiceInput[] = [
  {
    name: 'system',
    label: 'System Management',
    description: 'Service for managing system resources.',
    type: 'system',
    mutable: false,
    deletable: false,
    config: {},
  },
  {
    name: 'user',
    label: 'User Management',
    description: 'Service for managing system users.',
    type: 'user',
    deletable: false,
    config: {},
  },
]
