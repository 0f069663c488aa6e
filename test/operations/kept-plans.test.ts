import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/access/policy.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { Table } from '../../src/core/database/schema.ts'
import { planFields, planOrder } from '../../src/operations/database/plan-fields.ts'
import { rowFilter } from '../../src/operations/database/plan-filter.ts'

type Columns = Readonly<Record<string, 'integer' | 'text'>>

function tableOf(columns: Columns, primaryKey: readonly string[] = ['id']): Table {
  const fields = Object.entries(columns).map(
    ([name, type]) =>
      ({ name, type, dbType: type, allowNull: true, autoIncrement: false, isGenerated: false }) as const,
  )
  const [table] = buildSchema([
    { name: 'notes', isView: false, fields, primaryKey, uniqueKeys: [], foreignKeys: [] },
  ]).tables
  if (!table) throw new Error('no table')
  return table
}

function accessOf(value: string, { version = 1, userId = 1, operator = '=' } = {}) {
  const policy = compilePolicy({
    roleId: 1,
    version,
    rules: [
      {
        service: 'crm',
        component: '_table/notes/*',
        verbMask: 1,
        requestorMask: 1,
        filters: [{ name: 'owner', operator, value }],
        filterOp: 'AND',
      },
    ],
    lookups: new Map([['user.id', userId]]),
  })
  const access = policy.decide('crm', '_table/notes', 'GET')
  if (!access.allowed) throw new Error('denied')
  return access
}

const notes = tableOf({ id: 'integer', owner: 'integer' })

describe('what is kept of plans', () => {
  test('a row filter is made once for a policy and a table', () => {
    const access = accessOf('{user.id}')
    expect(rowFilter(notes, access)).toBe(rowFilter(notes, access))
  })

  test('each caller has the filter of their own lookups, however often the others were asked', () => {
    const [one, other] = [accessOf('{user.id}', { userId: 1 }), accessOf('{user.id}', { userId: 2 })]
    const values = [one, other, one, other].map((access) => rowFilter(notes, access))
    expect(values.map((filter) => filter && 'value' in filter && filter.value)).toEqual([1, 2, 1, 2])
  })

  test('a rule that was changed filters by what it says now', () => {
    expect(rowFilter(notes, accessOf('5'))).toMatchObject({ op: '=', value: 5 })
    expect(rowFilter(notes, accessOf('5', { version: 2, operator: '>' }))).toMatchObject({
      op: '>',
      value: 5,
    })
  })

  test('a table that was read again is planned as it is now', () => {
    const access = accessOf('5')
    expect(rowFilter(notes, access)).toMatchObject({ value: 5 })
    const changed = tableOf({ owner: 'text', id: 'integer', note: 'text' }, ['owner'])
    expect(rowFilter(changed, access)).toMatchObject({ value: '5' })
    expect(planFields(notes, undefined)).toEqual(['id', 'owner'])
    expect(planFields(changed, undefined)).toEqual(['owner', 'id', 'note'])
    expect(planOrder(changed, undefined, { stable: true })).toEqual([{ by: 'owner', direction: 'asc' }])
  })

  test('a table that lost the field of a rule is closed, also after it was open', () => {
    const access = accessOf('5')
    expect(rowFilter(notes, access)).toBeDefined()
    const without = tableOf({ id: 'integer' })
    for (let again = 0; again < 2; again++)
      expect(() => rowFilter(without, access)).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })

  test('what is kept cannot be changed by whoever reads it', () => {
    const fields = planFields(notes, undefined)
    const order = planOrder(notes, undefined, { stable: true })
    expect([fields, order].every((list) => Object.isFrozen(list))).toBe(true)
  })
})
