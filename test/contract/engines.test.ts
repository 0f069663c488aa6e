import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ENGINES } from './engines.ts'
import { required } from './required.ts'

/** What other tests need. */
const OTHERS = ['redis', 'chromium', 'ferretdb']

test('every required engine is one of the suite', () => {
  expect([...ENGINES.map(({ name }) => name), ...OTHERS]).toEqual(expect.arrayContaining([...required]))
})

test.each(ENGINES)('$name is tested in the file of its family', ({ family }) => {
  expect(existsSync(`test/contract/database-${family}.test.ts`)).toBe(true)
})
