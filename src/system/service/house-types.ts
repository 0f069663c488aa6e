import { systemConfig, userConfig } from '../accounts/account-settings.ts'
import type { ConfiguredType } from '../service-config.ts'

/** A type of which the server itself has the only service. */
export interface HouseType extends ConfiguredType {
  readonly label: string
  readonly description: string
  readonly group: string
}

export const houseTypes: readonly HouseType[] = [
  {
    name: 'system',
    label: 'System Management Service',
    description: 'Service supporting management of the system.',
    group: 'System',
    isSingleton: true,
    config: systemConfig,
  },
  {
    name: 'user',
    label: 'User service',
    description: 'User service to allow user management.',
    group: 'User',
    isSingleton: true,
    config: userConfig,
  },
]
