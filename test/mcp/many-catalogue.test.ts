import { expect, test } from 'vitest'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import { CAPABILITIES } from '../../src/core/database/capability.ts'
import type { AccessPolicy, Verb } from '../../src/core/policy.ts'
import { UNRESTRICTED } from '../../src/core/policy.ts'
import { catalogueBuilder } from '../../src/mcp/catalogue.ts'
import { manyCatalogue } from '../../src/mcp/many-catalogue.ts'
import { tools } from '../../tools/all.ts'
import { SHOP_TABLES } from '../helpers/shop.ts'

const build = catalogueBuilder(tools)

/** A service with everything there is. */
function part(service: string, policy: AccessPolicy = UNRESTRICTED) {
  const catalogue = build({
    info: {
      id: 1,
      name: service,
      label: '',
      description: '',
      type: 'test',
      kind: 'database',
      isActive: true,
    },
    capabilities: new Set(CAPABILITIES),
    policy,
    tables: buildSchema(SHOP_TABLES).tables,
    routines: { procedure: ['close_year'], function: ['add'] },
  })
  return { service, catalogue }
}

function only(verbs: readonly Verb[]): AccessPolicy {
  const decide: AccessPolicy['decide'] = (_service, _resource, verb) =>
    verbs.includes(verb) ? { allowed: true } : { allowed: false, reason: 'no' }
  return { key: verbs.join(), reaches: () => true, decide }
}

test.each([1, 2, 10, 50, 200])('%i services with all there is take at most 2 500 tokens', (count) => {
  const list = manyCatalogue(Array.from({ length: count }, (_, index) => part(`department_${index}`)))
  expect(JSON.stringify(list).length / 4).toBeLessThanOrEqual(2_500)
  const names = list.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const spare = tools.filter(({ isSpare, isForUnlisted }) => isSpare || isForUnlisted).map(({ name }) => name)
  const needed = tools.map(({ name }) => name).filter((name) => !spare.includes(name))
  expect(names.filter((name) => !spare.includes(name))).toEqual(['list_services', ...needed])
})

test('a tool names the services that have it', () => {
  const list = manyCatalogue([part('a'), part('b', only(['GET']))])
  const servicesOf = (tool: string) => list.find(({ name }) => name === tool)?.inputSchema.properties.service
  expect(servicesOf('get_tables')).toMatchObject({ enum: ['a', 'b'] })
  expect(list.find(({ name }) => name === 'create_records')).toBeDefined()
  const reading = manyCatalogue([part('b', only(['GET']))])
  expect(reading.find(({ name }) => name === 'create_records')).toBeUndefined()
})

test('a tool that writes on one service is not said to be one that only reads', () => {
  const hint = (parts: Parameters<typeof manyCatalogue>[0]) =>
    manyCatalogue(parts).find(({ name }) => name === 'call_stored_procedure')?.annotations.readOnlyHint
  const reads = part('b', only(['GET']))
  expect(hint([reads])).toBe(true)
  expect(hint([reads, part('a')])).toBe(false)
  expect(hint([part('a'), reads])).toBe(false)
})
