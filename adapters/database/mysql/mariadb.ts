import { defineServiceType } from '../../../src/core/service-type.ts'
import { mysql } from './service-type.ts'

/** The same protocol and driver; what MariaDB can do besides is found out when a service opens. */
export const mariadb = defineServiceType({
  ...mysql,
  name: 'mariadb',
  label: 'MariaDB',
  description: 'Database service for MariaDB connections.',
  url: { schemes: ['mariadb'], toConfig: (url) => ({ url }) },
})
