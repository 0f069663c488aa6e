import { expect, test } from 'vitest'
import { columnType } from '../../adapters/database/mysql/column-type.ts'
import { valueClassOf } from '../../src/core/database/schema.ts'
import { read } from './page.ts'

/** What the second column of the table of values begins with, by what the values of a type are. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  integer: /^a number; text/,
  decimal: /^a number; text/,
  float: /^a number; of a `float`/,
  boolean: /^(`true`|`bit\(1\)` is `true`)/,
  date: /^`2024-02-29`/,
  timestamp: /^`2024-02-29`/,
  time: /^`12:30:45`/,
  json: /^JSON/,
  binary: /^base64/,
  text: /^(text|`POINT)/,
}

const rows = [...read('docs/mysql.md').matchAll(/^\| (`.+?) \| (.+) \|$/gm)].flatMap(
  ([, types = '', shown = '']) =>
    [...types.matchAll(/`([a-z0-9()]+)`/g)].map(([, type = '']) => ({ type, shown })),
)

test('docs/mysql.md has the types', () => {
  expect(rows.length).toBeGreaterThan(40)
})

test.each(rows)('docs/mysql.md tells how values of $type are shown', ({ type, shown }) => {
  expect(shown).toMatch(SHOWN[valueClassOf(columnType(type).type)] ?? /never/)
})
