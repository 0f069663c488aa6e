import { readExactly } from './exact-values.ts'

/** What of the driver is used. */
export type Driver = Pick<typeof import('tedious'), 'Connection' | 'Request' | 'TYPES'>

/** Loads the driver, which is done when a service opens, and has it read values with all their digits. */
export async function loadDriver(): Promise<Driver> {
  const [driver, values, helpers] = await Promise.all([
    import('tedious'),
    import('tedious/lib/value-parser.js'),
    import('tedious/lib/token/helpers.js'),
  ])
  // The module's own object, which the rest of the driver calls; the names of an import cannot be replaced.
  readExactly({ values: values.default, NotEnoughDataError: helpers.NotEnoughDataError })
  return driver
}
