import { beforeAll, describe, expect, test } from 'vitest'
import { aggregateRecords } from '../../src/operations/database/aggregate-records.ts'
import { deleteRecords } from '../../src/operations/database/delete-records.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { updateRecords } from '../../src/operations/database/update-records.ts'
import { type Offices, openOffices, readerOf } from '../helpers/offices.ts'

let offices: Offices
beforeAll(async () => {
  offices = await openOffices()
})

type Caller = Parameters<Offices['run']>[2]
const find = async (table: string, filter: string, caller?: Caller, more: object = {}) => {
  const page = await offices.run(listRecords, { table_name: table, filter, ...more }, caller)
  return page.rows?.map(({ id }) => id)
}

describe('a relation to one record', () => {
  test.each([
    ["people_by_person_id.name = 'Ann'", [1, 2, 4]],
    ["PEOPLE_BY_PERSON_ID.Name = 'Ann'", [1, 2, 4]],
    ["person.name = 'Ann'", [1, 2, 4]],
    ["people.name = 'Ann' and hours > 1", [2, 4]],
    ["rooms.building = 'A' and rooms.seats > 4", [3]],
    ["person.name = 'Ann' or person.name = 'Bob'", [1, 2, 3, 4]],
    ["person.name in ('Bob') or hours = 5", [3, 5]],
    ["person.name != 'Ann'", [3]],
    ["not person.name = 'Ann'", [3]],
    ["not (person.name = 'Ann' or hours = 9)", [3]],
    ["person.name not in ('Ann')", [3]],
    ["person.name not like 'A%'", [3]],
    ['person.name is null', [5]],
    ['person.name is not null', [1, 2, 3, 4]],
    ['not person.name is null', [1, 2, 3, 4]],
    ["person.manager.name = 'Ann'", undefined],
    ["person.people_by_manager_id_parent.name = 'Ann'", [3]],
    ['person.people_by_manager_id_parent.name is null', [1, 2, 4, 5]],
    ['person.age between 45 and 55', [1, 2, 4]],
    ["person.badges.code = 'gold'", [1, 2, 4]],
  ])('%s finds %j', async (filter, expected) => {
    const found = find('bookings', filter)
    if (expected) expect(await found).toEqual(expected)
    else expect(await found).toEqual([3])
  })
})

describe('a relation to many', () => {
  test.each([
    ["bookings.building = 'A'", [1, 2]],
    // Of one and the same booking.
    ["bookings.building = 'A' and bookings.hours = 2", []],
    ["bookings.building = 'A' and bookings.hours = 4", [1]],
    ["bookings.building = 'A' and (bookings.hours = 4 or bookings.hours = 3)", [1, 2]],
    ["bookings.building = 'B' or bookings.hours = 3", [1, 2]],
    // None is, but for those inside a comparison: some is not.
    ["not bookings.building = 'A'", [3, 4]],
    ["not (bookings.building = 'A' and bookings.hours = 2)", [1, 2, 3, 4]],
    ["bookings.building != 'A'", [1]],
    ["bookings.building not in ('A')", [1]],
    ['bookings.id is not null', [1, 2]],
    ['not bookings.id is not null', [3, 4]],
    ['bookings.id is null', []],
    ["teams_by_memberships.name = 'green'", [1, 2, 4]],
    ["teams.name = 'red' and name = 'Ann'", [1]],
    ["not teams.name = 'green'", [3]],
    ['memberships.since > 2002', [2, 4]],
    ["people_by_manager_id.name = 'Dee'", [2]],
    ['people_by_manager_id.bookings.hours = 3', [1]],
    ["people_by_manager_id.teams.name = 'green' and age > 45", [1]],
    ['bookings.rooms.seats = 2', [1]],
    ["badges.code = 'gold' or badges.code is null", [1, 3, 4]],
  ])('%s finds %j', async (filter, expected) => {
    expect(await find('people', filter)).toEqual(expected)
  })
})

describe('names', () => {
  test.each([
    [
      "people.name = 'x'",
      "'people' may be several relations.",
      'Name one of: people_by_manager_id_parent, people_by_manager_id',
    ],
    [
      "badges.cod = 'x'",
      "Invalid or unparsable field in filter request: 'badges_by_person_id.cod'",
      "Did you mean 'code'?",
    ],
    ["nothing.code = 'x'", "Invalid or unparsable field in filter request: 'nothing.code'", undefined],
    ["badges. = 'x'", "Invalid or unparsable field in filter request: 'badges_by_person_id.'", undefined],
    ['badges.person_id = x', "Field 'person_id' must be a valid integer.", undefined],
    [
      `${'people_by_manager_id.'.repeat(6)}id = 1`,
      'A field of a filter lies behind at most 5 relations.',
      undefined,
    ],
    [
      Array(51).fill('badges.code = 1').join(' or '),
      'At most 50 conditions of a filter are on related records.',
      undefined,
    ],
  ])('%s is refused', async (filter, message, hint) => {
    await expect(find('people', filter)).rejects.toMatchObject({
      code: 'bad_request',
      message,
      ...(hint && { hint }),
    })
  })

  test('are not for having', async () => {
    const grouped = { fields: ['age', 'COUNT(*)'], group: ['age'], having: "badges.code = 'gold'" }
    await expect(find('people', 'id > 0', undefined, grouped)).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe('goes with', () => {
  const filter = "person.name = 'Ann'"

  test('counts, pages, groups and the filter of a relation', async () => {
    const page = await offices.run(listRecords, {
      table_name: 'bookings',
      filter,
      limit: 1,
      include_count: true,
    })
    expect(page).toMatchObject({ total: 3, has_more: true })
    const sum = { table_name: 'bookings', filter, aggregates: [{ function: 'SUM', field: 'hours' }] }
    expect(await offices.run(aggregateRecords, sum)).toMatchObject({ rows: [{ SUM_hours: 7 }] })
    const [ann] =
      (
        await offices.run(listRecords, {
          table_name: 'people',
          ids: [1],
          related: ['bookings_by_person_id'],
          related_options: { bookings_by_person_id: { filter: 'rooms.seats = :seats', fields: ['id'] } },
          params: { seats: 4 },
        })
      ).rows ?? []
    expect(ann?.bookings_by_person_id).toEqual([{ id: 1 }, { id: 4 }])
  })

  test('cursors', async () => {
    const asked = { table_name: 'bookings', filter, limit: 2, next_cursor: 'required' }
    const first = await offices.run(listRecords, asked)
    const next = await offices.run(listRecords, { ...asked, cursor: first.cursor_after?.(1) })
    expect(next.rows).toMatchObject([{ id: 4 }])
  })

  test('writes', async () => {
    const own = await openOffices()
    const changed = { table_name: 'bookings', filter, records: [{ hours: 9 }], fields: ['id', 'hours'] }
    expect(await own.run(updateRecords, changed)).toMatchObject({ affected: 3 })
    expect(
      await own.run(deleteRecords, { table_name: 'bookings', filter: 'person.name is null' }),
    ).toMatchObject({
      rows: [{ id: 5 }],
    })
    expect(
      await own.run(listRecords, { table_name: 'bookings', filter: 'hours = 9', count_only: true }),
    ).toMatchObject({
      count_only: 3,
    })
  })
})

describe('is no oracle', () => {
  const all = { 'office/_table/bookings': true, 'office/_table/people': true } as const
  /** Bob and his badge are hidden. */
  const withoutBob = readerOf({
    ...all,
    'office/_table/people': { name: 'name', operator: '!=', value: 'Bob' },
    'office/_table/badges': { name: 'code', operator: '!=', value: 'blue' },
    'office/_table/rooms': true,
  })

  test.each([
    ["person.name = 'Bob'", []],
    ["person.name like 'B%'", []],
    ["person.name != 'Ann'", []],
    ["not person.name = 'Ann'", []],
    ['not (person.age = 50)', []],
    ["person.badges.code = 'blue'", []],
    ["not person.badges.code = 'gold'", []],
    ["not (person.name = 'Ann' and person.badges.code = 'gold')", []],
    // A hidden record is one that is not there.
    ['person.name is null', [3, 5]],
    ["person.name = 'Bob' or person.name is null", [3, 5]],
    ["rooms.bookings_by_building_number.person.name = 'Bob'", []],
  ])('%s tells nothing of hidden records', async (filter, expected) => {
    expect(await find('bookings', filter, withoutBob)).toEqual(expected)
  })

  test('the hidden half of a relation to many does not count', async () => {
    const caller = readerOf({
      ...all,
      'office/_table/bookings': { name: 'hours', operator: '<', value: '4' },
    })
    expect(await find('people', 'bookings.hours = 4', caller)).toEqual([])
    expect(await find('people', 'not bookings.hours = 4', caller)).toEqual([1, 2, 3, 4])
  })

  test('the table between has its row filter too', async () => {
    const caller = readerOf({
      'office/_table/people': true,
      'office/_table/teams': true,
      'office/_table/memberships': { name: 'since', operator: '>', value: '2002' },
    })
    expect(await find('people', "teams.name = 'green'", caller)).toEqual([2, 4])
    expect(await find('people', "teams.name = 'red'", caller)).toEqual([])
  })

  test('tables that may not be seen are unknown, those that may not be read refused', async () => {
    const failure = (filter: string, name: string, caller: Caller) =>
      find('people', filter, caller).catch((error) => ({
        ...error,
        message: error.message.replace(name, '?'),
      }))
    const caller = readerOf({ 'office/_table/people': true, 'office/_table/teams': true })
    expect(await failure("badges.code = 'x'", 'badges', caller)).toEqual(
      await failure("budges.code = 'x'", 'budges', caller),
    )
    const { message } = await failure("badges_by_person_id.code = 'x'", 'badges_by_person_id', caller)
    expect(message).toBe("Invalid or unparsable field in filter request: '?.code'")
    // Seen, but the table between is not.
    expect(await failure("teams.name = 'x'", 'teams', caller)).toMatchObject({ code: 'bad_request' })
    const seen = readerOf({ 'office/_table/people': true, 'office/_schema/badges': true })
    await expect(find('people', "badges.code = 'x'", seen)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('a write by such a filter obeys the same', async () => {
    const own = await openOffices()
    const writer = readerOf({
      ...all,
      'office/_table/people': { name: 'name', operator: '!=', value: 'Bob' },
    })
    const hidden = { table_name: 'bookings', filter: "person.name = 'Bob'", records: [{ hours: 9 }] }
    expect(await own.run(updateRecords, hidden, writer)).toMatchObject({ affected: 0 })
    const gone = { table_name: 'bookings', filter: "not person.name = 'Ann'" }
    expect(await own.run(deleteRecords, gone, writer)).toMatchObject({ affected: 0 })
  })
})
