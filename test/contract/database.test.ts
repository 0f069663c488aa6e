import { describe, expect, test } from 'vitest'
import { describeDatabaseAdapter } from './database-suite.ts'
import { ENGINES } from './engines.ts'
import { required } from './required.ts'

test('every required engine is one of the suite', () => {
  expect(ENGINES.map(({ name }) => name)).toEqual(expect.arrayContaining([...required]))
})

for (const engine of ENGINES) {
  const reached = (await engine.reach?.()) ?? 'reachable'
  if (reached === 'reachable') {
    describeDatabaseAdapter(engine)
  } else if (required.includes(engine.name)) {
    test(`${engine.name} is reachable`, () => expect(reached).toBe('reachable'))
  } else {
    describe.skip(`${engine.name} (${reached})`, () => test('contract'))
  }
}
