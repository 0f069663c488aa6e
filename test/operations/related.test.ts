import { describe, expect, test } from 'vitest'
import type { Row } from '../../src/core/database/value.ts'
import { useOffices } from './offices-scene.ts'

const { current, list, openAs, rowsOf } = useOffices()

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
    await openAs((adapter) => {
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
    expect(current().selects.toSorted()).toEqual([
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
