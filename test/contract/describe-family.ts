import { describe, expect, test } from 'vitest'
import { describeDatabaseAdapter } from './database-suite.ts'
import { ENGINES } from './engines.ts'
import { required } from './required.ts'

/** The suite for the engines of a family; one that cannot be reached is left out by name, or fails when it is required. */
export async function describeFamily(family: (typeof ENGINES)[number]['family']): Promise<void> {
  for (const engine of ENGINES.filter((entry) => entry.family === family)) {
    const reached = (await engine.reach?.()) ?? 'reachable'
    if (reached === 'reachable') {
      describeDatabaseAdapter(engine)
    } else if (required.includes(engine.name)) {
      test(`${engine.name} is reachable`, () => expect(reached).toBe('reachable'))
    } else {
      describe.skip(`${engine.name} (${reached})`, () => test('contract'))
    }
  }
}
