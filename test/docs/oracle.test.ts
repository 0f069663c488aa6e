import { expect, test } from 'vitest'
import { columnType } from '../../adapters/database/oracle/column-type.ts'
import { valueClassOf } from '../../src/core/database/schema.ts'
import { read } from './page.ts'

/** What the second column of the table of values begins with, by what the values of a type are. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  integer: /^a number; text/,
  decimal: /^a number; text/,
  float: /^a number$/,
  boolean: /^`true`/,
  timestamp: /^(`2024-02-29 12|the same)/,
  time: /^`12:30:45`/,
  json: /^JSON/,
  binary: /^base64/,
  text: /^text/,
}

const rows = [
  ...read('docs/oracle.md').matchAll(
    /^\| (`(?:number|boolean|binary|date|time|interval|clob|raw|varchar).+?) \| (.+) \|$/gm,
  ),
].flatMap(([, types = '', shown = '']) =>
  [...types.matchAll(/`([a-z0-9_(), ]+)`/g)].map(([, type = '']) => ({ type, shown })),
)

test('docs/oracle.md has the types', () => {
  expect(rows.length).toBeGreaterThan(20)
})

test.each(rows)('docs/oracle.md tells how values of $type are shown', ({ type, shown }) => {
  if (type === 'is json') return
  const known = columnType(partsOf(type), { isJson: /^clob$/.test(type) && /^JSON/.test(shown) })
  expect(known && shown).toMatch(SHOWN[valueClassOf(known?.type ?? 'object')] ?? /never/)
})

/** As the catalogue has it. */
function partsOf(type: string) {
  const [, word = '', sizes = ''] = /^([a-z_0-9]+)(?:\(([^)]*)\))?$/.exec(type) ?? []
  const whole = type.toUpperCase().replaceAll('(N)', '(6)')
  if (word === 'number') {
    const precision = sizes === '' ? null : sizes === '1' ? '1' : '12'
    return {
      data_type: 'NUMBER',
      precision,
      scale: precision === null ? null : sizes.includes(',') ? '2' : '0',
    }
  }
  if (word === 'integer') return { data_type: 'NUMBER', precision: null, scale: '0' }
  return {
    data_type: word === '' ? whole : word.startsWith('timestamp') ? whole : word.toUpperCase(),
    precision: null,
    scale: null,
  }
}
