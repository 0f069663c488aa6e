import { describe, expect, test } from 'vitest'
import { getRecord } from '../../src/operations/database/get-record.ts'
import { HR_ID, readerOf } from '../helpers/offices.ts'
import { useOffices } from './offices-scene.ts'

const { current, list, rowsOf } = useOffices()

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
    await current().declare('bookings', {
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
    await current().declare('people', staff)
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
    expect(current().selects).toEqual(['office.people', 'hr.staff', 'hr.letters'])
  })

  test('may go through a table of another service', async () => {
    await current().declare('people', {
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
    await current().declare('people', { ...staff, alwaysFetch: true, alias: 'staff' })
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
    await current().declare('people', { ...staff, alwaysFetch: true, alias: 'staff' })
    expect((await rowsOf('people', { ids: [2] }))[0]?.staff).toMatchObject({ grade: 'junior' })
    expect(await current().run(getRecord, { table_name: 'people', id: '1' })).toMatchObject({
      staff: { grade: 'senior' },
    })
    const page = await list('people', { fields: ['age', 'COUNT(*)'], group: ['age'] })
    expect(page.rows?.[0]).not.toHaveProperty('staff')
  })

  test('are no way for a filter into another service', async () => {
    await current().declare('people', { ...staff, alias: 'staff' })
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
