import { pgsql } from './service-type.ts'

/** AlloyDB speaks PostgreSQL's protocol and SQL. */
export const alloydb: typeof pgsql = {
  ...pgsql,
  name: 'alloydb',
  label: 'AlloyDB',
  description: 'Database service supporting AlloyDB connections.',
  url: { schemes: ['alloydb'], toConfig: (url) => ({ url }) },
}
