import { expect, test } from 'vitest'
import { guessColumn } from '../../../src/operations/database/import/guess-column.ts'

test.each<[string, (string | null)[], unknown[]]>([
  ['integer', ['0', '-12', '2147483647', null], [0, -12, 2147483647, null]],
  ['bigint', ['1', '2147483648'], ['1', '2147483648']],
  ['bigint', ['999999999999999999'], ['999999999999999999']],
  ['string', ['99999999999999999999'], ['99999999999999999999']],
  ['string', ['007', '12'], ['007', '12']],
  ['double', ['1', '2.50', '-0.1'], [1, 2.5, -0.1]],
  ['string', ['0.1234567890123456'], ['0.1234567890123456']],
  ['string', ['1e5'], ['1e5']],
  ['boolean', ['true', 'FALSE', null], [true, false, null]],
  ['date', ['2024-02-29'], ['2024-02-29']],
  ['string', ['2023-02-29'], ['2023-02-29']],
  [
    'datetime',
    ['2024-02-29 23:59:59', '2024-01-01T00:00:00'],
    ['2024-02-29 23:59:59', '2024-01-01T00:00:00'],
  ],
  ['string', ['2024-01-01 25:00:00'], ['2024-01-01 25:00:00']],
  ['string', ['', 'x'], ['', 'x']],
  ['string', [''], ['']],
  ['string', [null, null], [null, null]],
  ['text', ['x'.repeat(256)], ['x'.repeat(256)]],
  ['string', ['NaN'], ['NaN']],
  ['string', [' 1'], [' 1']],
])('%s: %j', (type, cells, values) => {
  const { field, read } = guessColumn('c', cells)
  expect([field.type, field.allowNull, cells.map(read)]).toEqual([type, true, values])
})
