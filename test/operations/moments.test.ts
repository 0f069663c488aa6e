import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueFor } from '../../src/operations/database/values.ts'
import { field } from '../contract/world.ts'

const AT = field('at', 'timestamp')

test.each([
  '2024-02-29 12:30:45',
  '2000-02-29 00:00:00',
  '2024-02-29T12:30:45',
  '2024-02-29T12:30+02',
  '2024-12-31 23:59:59',
  '0044-03-15 10:00:00',
])('%s is a moment', (text) => {
  expect(valueFor(AT, text)).toBe(text)
})

test.each([
  '2023-02-29 12:30:45',
  '1900-02-29 12:30:45',
  '2024-04-31 12:30:45',
  '2024-13-01 12:30:45',
  '2024-00-10 12:30:45',
  '2024-01-00 12:30:45',
  '2024-02-29 12:30:4x',
  '2024-02-29_12:30:45',
  '2024-02-29 12-30-45',
])('%s is none', (text) => {
  expect(() => valueFor(AT, text)).toThrow("Field 'at' must be a valid date and time")
})

test('days are those of the calendar', () => {
  const day = fc.record({
    year: fc.integer({ min: 1000, max: 9999 }),
    month: fc.integer({ min: 0, max: 13 }),
    day: fc.integer({ min: 0, max: 32 }),
  })
  fc.assert(
    fc.property(day, (one) => {
      const date = [one.year, ...[one.month, one.day].map((part) => String(part).padStart(2, '0'))].join('-')
      const moment = Date.parse(`${date}T00:00:00Z`)
      const isDay = !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(date)
      const given = () => valueFor(AT, `${date} 00:00:00`)
      if (isDay) expect(given()).toBe(`${date} 00:00:00`)
      else expect(given).toThrow()
    }),
  )
})
