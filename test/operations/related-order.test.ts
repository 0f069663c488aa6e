import { beforeEach, describe, expect, test } from 'vitest'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { HR_ID, type Offices, openOffices, readerOf } from '../helpers/offices.ts'

let offices: Offices
beforeEach(async () => {
  offices = await openOffices()
})

type Caller = Parameters<Offices['run']>[2]
const list = (table: string, input: object, caller?: Caller) =>
  offices.run(listRecords, { table_name: table, ...input }, caller)
const order = async (table: string, by: string, caller?: Caller) =>
  ((await list(table, { order: by }, caller)).rows ?? []).map((row) => row.id ?? row.person_id)

describe('an order by fields of related records', () => {
  test.each([
    ['bookings', 'people_by_person_id.age', [5, 3, 1, 2, 4]],
    ['bookings', 'people_by_person_id.age desc nulls first, hours desc', [5, 4, 2, 1, 3]],
    ['bookings', 'PEOPLE.Name desc nulls last, id desc', [3, 4, 2, 1, 5]],
    ['bookings', 'person.name asc nulls last', [1, 2, 4, 3, 5]],
    ['bookings', 'rooms_by_building_number.seats desc', [3, 1, 4, 2, 5]],
    ['bookings', 'people_by_person_id.badges_by_person_id.code', [5, 3, 1, 2, 4]],
    ['people', 'badges_by_person_id.code desc', [1, 2, 3, 4]],
    ['people', 'people_by_manager_id_parent.name desc, name desc', [4, 3, 2, 1]],
    [
      'people',
      'people_by_manager_id_parent.people_by_manager_id_parent.age nulls last, id desc',
      [4, 3, 2, 1],
    ],
  ])('of %s: %s', async (table, by, expected) => {
    expect(await order(table, by)).toEqual(expected)
  })

  test('of the records of a relation, for each of its own', async () => {
    const { rows } = await list('rooms', {
      related: ['bookings_by_building_number'],
      related_options: {
        bookings_by_building_number: {
          fields: ['id'],
          order: 'people_by_person_id.name desc, id desc',
          limit: 1,
        },
      },
    })
    expect(rows?.map((row) => row.bookings_by_building_number)).toEqual([
      [{ id: 4 }],
      [{ id: 3 }],
      [{ id: 2 }],
    ])
  })

  test('goes with pages by offset', async () => {
    const page = { order: 'person.name nulls last', limit: 2, fields: ['id'] }
    expect((await list('bookings', { ...page, offset: 2 })).rows).toEqual([{ id: 4 }, { id: 3 }])
    expect((await list('bookings', { ...page, as: 'json', include_count: true })).total).toBe(5)
  })
})

describe('what is refused', () => {
  test.each([
    [
      'people',
      'bookings_by_person_id.hours',
      "An order cannot lead to many records: 'bookings_by_person_id'.",
    ],
    ['people', 'teams_by_memberships.name', "An order cannot lead to many records: 'teams_by_memberships'."],
    ['bookings', 'people_by_person_id.nope', "Invalid field 'people_by_person_id.nope' in order by clause."],
    ['bookings', 'nothing.name', "Invalid field 'nothing.name' in order by clause."],
    ['bookings', 'people_by_person_id', "Invalid field 'people_by_person_id' in order by clause."],
  ])('of %s: %s', async (table, by, message) => {
    await expect(list(table, { order: by })).rejects.toMatchObject({ code: 'bad_request', message })
  })

  test('with distinct rows, groups and cursors', async () => {
    const by = { order: 'people_by_person_id.name' }
    const refused = (input: object) =>
      expect(list('bookings', { ...by, ...input })).rejects.toMatchObject({ code: 'bad_request' })
    await refused({ fields: ['hours'], distinct: true })
    await refused({ fields: ['hours', 'COUNT(*)'], group: ['hours'] })
    await refused({ next_cursor: 'required' })
  })

  test('more than ten of them', async () => {
    const by = Array.from({ length: 11 }, () => 'people_by_person_id.name').join(',')
    await expect(list('bookings', { order: by })).rejects.toMatchObject({
      message: 'At most 10 fields of related records in an order.',
    })
  })

  test('into another service', async () => {
    const to = { refServiceId: HR_ID, refTable: 'staff', refFields: ['person'], alias: 'staff' }
    await offices.declare('people', { type: 'has_one', fields: ['id'], ...to })
    await expect(list('people', { order: 'staff.grade' })).rejects.toMatchObject({
      code: 'bad_request',
      message: "An order cannot lead into another service: 'staff'.",
    })
  })
})

describe('what a caller may read decides', () => {
  const bookings = { 'office/_table/bookings': true } as const

  test('records that a row filter withholds are as if they were not there', async () => {
    const young = { name: 'age', operator: '<', value: '45' }
    const caller = readerOf({ ...bookings, 'office/_table/people': young })
    expect(await order('bookings', 'people_by_person_id.name desc, id', caller)).toEqual([3, 1, 2, 4, 5])
    expect(await order('bookings', 'people_by_person_id.age nulls first, id', caller)).toEqual([
      1, 2, 4, 5, 3,
    ])
  })

  test('of a table that may not be seen an order is as unknown as of none', async () => {
    const failure = (name: string) =>
      list('bookings', { order: `${name}.name` }, readerOf(bookings)).catch((error) => ({
        ...error,
        message: error.message.replace(name, '?'),
      }))
    expect(await failure('people_by_person_id')).toEqual(await failure('nothing_by_person_id'))
  })

  test('a table that may be seen and not read is refused', async () => {
    const caller = readerOf({ ...bookings, 'office/_schema/people': true })
    await expect(list('bookings', { order: 'people_by_person_id.name' }, caller)).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('at every step of the way', async () => {
    const caller = readerOf({ ...bookings, 'office/_table/people': true })
    const by = 'people_by_person_id.badges_by_person_id.code'
    await expect(list('bookings', { order: by }, caller)).rejects.toMatchObject({ code: 'bad_request' })
  })
})
