import { emailTypes, serviceTypes } from '../../adapters/all.ts'

/** What this build has, each list from its one place. */
export { caches, emailTypes, localEmail, serviceTypes } from '../../adapters/all.ts'
export { tools } from '../../tools/all.ts'

/** What a config file may have services of. */
export const configuredTypes = [...serviceTypes, ...emailTypes]
