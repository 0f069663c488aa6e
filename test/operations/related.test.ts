import { beforeEach, describe, expect, test } from 'vitest'
import type { Row } from '../../src/core/database/value.ts'
import { getRecord } from '../../src/operations/database/get-record.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { HR_ID, type Offices, openOffices, readerOf } from '../helpers/offices.ts'

let offices: Offices
beforeEach(async () => {
  offices = await openOffices()
})

const list = (table: string, input: object, caller?: Parameters<Offices['run']>[2]) =>
  offices.run(listRecords, { table_name: table, ...input }, caller)
const rowsOf = async (table: string, input: object, caller?: Parameters<Offices['run']>[2]) =>
  (await list(table, input, caller)).rows ?? []

describe('every kind of relation', () => {
  const kinds: readonly (readonly [string, string, string, Row | null, readonly Row[] | Row | null])[] = [
    [
      'belongs_to',
      'bookings',
      'people_by_person_id',
      { id: 1, name: 'Ann', manager_id: null, age: 50 },
      null,
    ],
    ['has_one', 'people', 'badges_by_person_id', { person_id: 1, code: 'gold' }, null],
  ]
  test.each(kinds)('%s gives a record or null', async (_, table, related, first, last) => {
    const rows = await rowsOf(table, { related: [related] })
    expect(rows.at(0)?.[related]).toEqual(first)
    expect(rows.at(-1)?.[related]).toEqual(last)
  })

  test('has_many gives a list, empty where there is none', async () => {
    const rows = await rowsOf('people', {
      fields: ['id'],
      related: ['bookings_by_person_id'],
      related_options: { bookings_by_person_id: { fields: ['id'] } },
    })
    expect(rows.map((row) => row.bookings_by_person_id)).toEqual([
      [{ id: 1 }, { id: 2 }, { id: 4 }],
      [{ id: 3 }],
      [],
      [],
    ])
  })

  test('many_many goes through the table between, in the order asked', async () => {
    const rows = await rowsOf('people', {
      fields: ['id'],
      related: ['teams_by_memberships'],
      related_options: { teams_by_memberships: { order: 'name', fields: ['name'] } },
    })
    expect(rows.map((row) => row.teams_by_memberships)).toEqual([
      [{ name: 'green' }, { name: 'red' }],
      [{ name: 'green' }],
      [],
      [{ name: 'green' }],
    ])
  })

  test('a table that refers to itself has both ends', async () => {
    const [ann, bob] = await rowsOf('people', {
      fields: ['id'],
      related: ['people_by_manager_id', 'people_by_manager_id_parent'],
    })
    expect(ann).toMatchObject({
      people_by_manager_id: [{ id: 2 }, { id: 3 }],
      people_by_manager_id_parent: null,
    })
    expect(bob).toMatchObject({
      people_by_manager_id: [{ id: 4 }],
      people_by_manager_id_parent: { name: 'Ann' },
    })
  })

  test('keys of several fields match whole, and not at all where one is null', async () => {
    const rows = await rowsOf('bookings', { fields: ['id'], related: ['rooms_by_building_number'] })
    expect(rows.map((row) => row.rooms_by_building_number)).toMatchObject([
      { seats: 4 },
      { seats: 2 },
      { seats: 8 },
      { seats: 4 },
      null,
    ])
    const rooms = await rowsOf('rooms', { related: ['bookings_by_building_number'], fields: ['seats'] })
    expect(rooms.map((row) => (row.bookings_by_building_number as unknown[]).length)).toEqual([2, 1, 1])
  })

  test('* reads them all', async () => {
    const [ann] = await rowsOf('people', { ids: [1], related: ['*'] })
    expect(Object.keys(ann ?? {}).toSorted()).toEqual([
      'age',
      'badges_by_person_id',
      'bookings_by_person_id',
      'id',
      'manager_id',
      'memberships_by_person_id',
      'name',
      'people_by_manager_id',
      'people_by_manager_id_parent',
      'rooms_by_bookings',
      'teams_by_memberships',
    ])
  })
})

describe('options of a relation', () => {
  test.each([true, false])('limit and offset count for each record (engine cuts: %s)', async (cuts) => {
    offices = await openOffices((adapter) => {
      const capabilities = new Set(adapter.capabilities)
      if (!cuts) capabilities.delete('partitions')
      return { ...adapter, capabilities }
    })
    const options = { fields: ['id'], order: 'hours desc', limit: 1, offset: 1 }
    const rows = await rowsOf('people', {
      fields: ['id'],
      related: ['bookings_by_person_id'],
      related_options: { bookings_by_person_id: options },
    })
    expect(rows.map((row) => row.bookings_by_person_id)).toEqual([[{ id: 2 }], [], [], []])
  })

  test('limit counts for each record by way of a table between', async () => {
    const rows = await rowsOf('people', {
      fields: ['id'],
      related: ['teams_by_memberships'],
      related_options: { teams_by_memberships: { limit: 1, order: 'id desc', fields: ['id'] } },
    })
    expect(rows.map((row) => row.teams_by_memberships)).toEqual([[{ id: 2 }], [{ id: 2 }], [], [{ id: 2 }]])
  })

  test('group gives groups in place of records', async () => {
    const rows = await rowsOf('people', {
      fields: ['id'],
      related: ['bookings_by_person_id'],
      related_options: {
        bookings_by_person_id: {
          group: ['building'],
          fields: ['building', 'SUM(hours)'],
          order: 'SUM_hours desc',
        },
      },
    })
    expect(rows[0]?.bookings_by_person_id).toEqual([
      { building: 'A', SUM_hours: 5 },
      { building: 'B', SUM_hours: 2 },
    ])
    expect(rows[2]?.bookings_by_person_id).toEqual([])
  })

  test('group of the one record gives one group, or none', async () => {
    const related = 'people_by_manager_id_parent'
    const asked = {
      fields: ['id'],
      related: [related],
      related_options: { [related]: { group: ['name'], fields: ['name', 'n:COUNT(*)'] } },
    }
    const rows = await rowsOf('people', asked)
    expect(rows.map((row) => row[related])).toEqual(
      (await rowsOf('people', { fields: ['id'], related: [related] })).map((row) => {
        const one: unknown = row[related]
        return one === null ? null : { name: Reflect.get(Object(one), 'name'), n: 1 }
      }),
    )
    expect(rows.some((row) => row[related] === null) && rows.some((row) => row[related] !== null)).toBe(true)
  })

  test('group with relations of its own is refused', async () => {
    const asked = {
      related: ['bookings_by_person_id.rooms_by_building_number'],
      related_options: { bookings_by_person_id: { group: ['building'] } },
    }
    await expect(list('people', asked)).rejects.toMatchObject({
      code: 'bad_request',
      message: "'bookings_by_person_id.group' does not go with relations of its own.",
    })
  })

  test('may be named with any case and with underscores for dots', async () => {
    const rows = await rowsOf('people', {
      ids: [1],
      related: ['Bookings_By_Person_Id.rooms_by_building_number'],
      related_options: {
        BOOKINGS_BY_PERSON_ID: { limit: 1, fields: ['hours'] },
        bookings_by_person_id_rooms_by_building_number: { fields: ['seats'] },
      },
    })
    expect(rows[0]?.bookings_by_person_id).toEqual([
      { hours: 1, building: 'A', number: 1, rooms_by_building_number: { seats: 4 } },
    ])
  })

  test('are refused for a relation that is not read', async () => {
    const asked = {
      related: ['badges_by_person_id'],
      related_options: { bookings_by_person_id: { limit: 1 } },
    }
    await expect(list('people', asked)).rejects.toMatchObject({
      message: "Options are given for 'bookings_by_person_id', which related does not name.",
    })
    await expect(list('people', { ...asked, lenient: true })).rejects.toMatchObject({ code: 'bad_request' })
    const stranger = { related_options: { page: { limit: 1 } }, lenient: true }
    expect(await list('people', stranger)).toMatchObject({ returned: 4 })
  })

  test.each([
    [{ fields: ['nope'] }, 'Invalid field requested: nope'],
    [{ order: 'nope' }, "Invalid field 'nope' in order by clause."],
    [{ filter: 'nope = 1' }, "Invalid or unparsable field in filter request: 'nope'"],
    [{ filter: 'hours = x' }, "Field 'hours' must be a valid integer."],
  ])('%j is refused', async (options, message) => {
    const asked = { related: ['bookings_by_person_id'], related_options: { bookings_by_person_id: options } }
    await expect(list('people', asked)).rejects.toMatchObject({ code: 'bad_request', message })
  })
})

describe('relations of relations', () => {
  test('are read level by level, and their joins shown', async () => {
    const rows = await rowsOf('teams', {
      ids: [2],
      related: [
        'people_by_memberships.bookings_by_person_id.rooms_by_building_number',
        'people_by_memberships.badges_by_person_id',
      ],
      related_options: { people_by_memberships: { fields: ['name'] } },
    })
    expect(rows).toMatchObject([
      {
        name: 'green',
        people_by_memberships: [
          {
            id: 1,
            name: 'Ann',
            badges_by_person_id: { code: 'gold' },
            bookings_by_person_id: [{ rooms_by_building_number: { seats: 4 } }, {}, {}],
          },
          { id: 2, name: 'Bob', badges_by_person_id: { code: 'blue' }, bookings_by_person_id: [{}] },
          { id: 4, name: 'Dee', badges_by_person_id: null, bookings_by_person_id: [] },
        ],
      },
    ])
  })

  test('cost one select each, two with a table between, whatever the number of rows', async () => {
    const related = [
      'people_by_memberships.bookings_by_person_id.rooms_by_building_number',
      'people_by_memberships.people_by_manager_id',
    ]
    await list('teams', { related })
    expect(offices.selects.toSorted()).toEqual([
      'office.bookings',
      'office.memberships',
      'office.people',
      'office.people',
      'office.rooms',
      'office.teams',
    ])
  })

  test('name their unknown names', async () => {
    await expect(list('people', { related: ['badges_by_person_id.nope'] })).rejects.toMatchObject({
      message: 'Unknown relationship: nope',
    })
    expect(
      await list('people', { related: ['badges_by_person_id.nope', 'nope'], lenient: true }),
    ).toMatchObject({
      returned: 4,
    })
  })

  test('have an end', async () => {
    const deep = (levels: number) => ({ related: [Array(levels).fill('people_by_manager_id').join('.')] })
    expect(await list('people', deep(5))).toMatchObject({ returned: 4 })
    await expect(list('people', deep(6))).rejects.toMatchObject({ code: 'bad_request' })
    const wide = Array.from({ length: 4 }, (_, level) => `${'people_by_manager_id.'.repeat(level)}*`)
    expect(await list('people', { related: wide })).toMatchObject({ returned: 4 })
    await expect(list('people', { related: ['*', '*.*'] })).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe('who may read what', () => {
  const people = { 'office/_table/people': true } as const

  test('each table has its own row filter, the one between too', async () => {
    const caller = readerOf({
      ...people,
      'office/_table/teams': true,
      'office/_table/memberships': { name: 'since', operator: '>', value: '2001' },
      'office/_table/bookings': { name: 'hours', operator: '<', value: '3' },
    })
    const [ann] = await rowsOf(
      'people',
      { ids: [1], related: ['teams_by_memberships', 'bookings_by_person_id'] },
      caller,
    )
    expect(ann).toMatchObject({
      teams_by_memberships: [{ id: 2 }],
      bookings_by_person_id: [{ id: 1 }, { id: 2 }],
    })
  })

  test('what may not be seen is as unknown as what is not there', async () => {
    const caller = readerOf({ ...people, 'office/_table/teams': true })
    const failure = async (name: string) =>
      list('people', { related: [name] }, caller).catch((error) => ({
        ...error,
        message: error.message.replace(name, '?'),
      }))
    expect(await failure('teams_by_memberships')).toEqual(await failure('teams_by_nonsense'))
    expect(await failure('badges_by_person_id')).toMatchObject({ code: 'bad_request' })
    const [row] = await rowsOf('people', { ids: [1], related: ['*'] }, caller)
    expect(Object.keys(row ?? {}).toSorted()).toEqual([
      'age',
      'id',
      'manager_id',
      'name',
      'people_by_manager_id',
      'people_by_manager_id_parent',
    ])
  })

  test('* leaves out what may be seen and not read', async () => {
    const caller = readerOf({ ...people, 'office/_schema/badges': true })
    const [row] = await rowsOf('people', { ids: [1], related: ['*'] }, caller)
    expect(row).not.toHaveProperty('badges_by_person_id')
    await expect(list('people', { related: ['badges_by_person_id'] }, caller)).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('declared relations', () => {
  const staff = {
    type: 'has_one',
    fields: ['id'],
    refServiceId: HR_ID,
    refTable: 'staff',
    refFields: ['person'],
  } as const

  test('lead within a service', async () => {
    await offices.declare('bookings', {
      type: 'belongs_to',
      fields: ['number'],
      refTable: 'teams',
      refFields: ['id'],
      alias: 'team',
    })
    const rows = await rowsOf('bookings', { ids: [3, 1], related: ['TEAM'], filter: undefined })
    expect(rows.map((row) => row.team)).toEqual([
      { id: 2, name: 'green' },
      { id: 1, name: 'red' },
    ])
  })

  test('lead into another service, through values of another type, and on from there', async () => {
    await offices.declare('people', staff)
    const rows = await rowsOf('people', {
      fields: ['name'],
      related: ['hr_staff_by_person.letters_by_staff_id'],
      related_options: { 'hr_staff_by_person.letters_by_staff_id': { fields: ['subject'] } },
    })
    expect(rows.map((row) => row.hr_staff_by_person)).toEqual([
      { id: 10, person: '1', grade: 'senior', letters_by_staff_id: [{ subject: 'Welcome' }] },
      { id: 11, person: '2', grade: 'junior', letters_by_staff_id: [{ subject: 'Raise' }] },
      null,
      null,
    ])
    expect(offices.selects).toEqual(['office.people', 'hr.staff', 'hr.letters'])
  })

  test('may go through a table of another service', async () => {
    await offices.declare('people', {
      type: 'many_many',
      fields: ['id'],
      refServiceId: HR_ID,
      refTable: 'skills',
      refFields: ['id'],
      junction: { serviceId: HR_ID, table: 'skill_links', fields: ['person'], refFields: ['skill'] },
      alias: 'skills',
    })
    const rows = await rowsOf('people', {
      fields: ['id'],
      related: ['skills'],
      related_options: { skills: { limit: 1, order: 'id desc' } },
    })
    expect(rows.map((row) => row.skills)).toEqual([
      [{ id: 2, name: 'reading' }],
      [],
      [{ id: 2, name: 'reading' }],
      [],
    ])
  })

  test('obey what the caller may do in the other service', async () => {
    await offices.declare('people', { ...staff, alwaysFetch: true, alias: 'staff' })
    const stranger = readerOf({ 'office/_table/people': true })
    await expect(list('people', { related: ['staff'] }, stranger)).rejects.toMatchObject({
      message: 'Unknown relationship: staff',
    })
    expect((await rowsOf('people', {}, stranger))[0]).not.toHaveProperty('staff')
    const junior = readerOf({
      'office/_table/people': true,
      'hr/_table/staff': { name: 'grade', operator: '=', value: 'junior' },
    })
    const rows = await rowsOf('people', {}, junior)
    expect(rows.map((row) => row.staff)).toMatchObject([null, { grade: 'junior' }, null, null])
    const seen = readerOf({ 'office/_table/people': true, 'hr/_schema/staff': true })
    await expect(list('people', { related: ['staff'] }, seen)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('are always read where they say so, by a record too', async () => {
    await offices.declare('people', { ...staff, alwaysFetch: true, alias: 'staff' })
    expect((await rowsOf('people', { ids: [2] }))[0]?.staff).toMatchObject({ grade: 'junior' })
    expect(await offices.run(getRecord, { table_name: 'people', id: '1' })).toMatchObject({
      staff: { grade: 'senior' },
    })
    const page = await list('people', { fields: ['age', 'COUNT(*)'], group: ['age'] })
    expect(page.rows?.[0]).not.toHaveProperty('staff')
  })

  test('are no way for a filter into another service', async () => {
    await offices.declare('people', { ...staff, alias: 'staff' })
    await expect(list('people', { filter: "staff.grade = 'junior'" })).rejects.toMatchObject({
      code: 'bad_request',
      message: "A filter cannot lead into another service: 'staff'.",
    })
  })
})

test('groups have relations by the fields they are made of', async () => {
  const asked = { fields: ['person_id', 'COUNT(*)'], group: ['person_id'], filter: 'person_id = 1' }
  const rows = await rowsOf('bookings', { ...asked, related: ['people_by_person_id'] })
  expect(rows).toMatchObject([{ person_id: 1, COUNT_ALL: 3, people_by_person_id: { name: 'Ann' } }])
  await expect(list('bookings', { ...asked, related: ['rooms_by_building_number'] })).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining('rooms_by_building_number'),
  })
})
