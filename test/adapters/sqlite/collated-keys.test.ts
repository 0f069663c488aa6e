import { expect, test } from 'vitest'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { opened } from './database-file.ts'

const CODES = ['X', 'x', 'X ', 'x  ', 'Y ', 'Z', 'É', 'é', '1', '01', '1.0']
const USED = ['x', 'X ', 'Y', 'y ', 'z', 'É', '1', '1.0']

/** Parents, kids whose column compares as told, and pages that links of such columns lead to. */
function tables(collation: string): string {
  const codes = CODES.map((code, at) => `(${at + 1}, '${code}')`).join(',')
  const used = USED.map((code, at) => `(${at + 1}, '${code}')`).join(',')
  const code = `code TEXT COLLATE ${collation} REFERENCES parents (code)`
  return `CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
    CREATE TABLE kids (id INTEGER PRIMARY KEY, ${code});
    CREATE TABLE pages (id INTEGER PRIMARY KEY);
    CREATE TABLE links (${code}, page INTEGER REFERENCES pages (id), PRIMARY KEY (code, page));
    PRAGMA foreign_keys = OFF;
    INSERT INTO parents VALUES ${codes}; INSERT INTO kids VALUES ${used}; INSERT INTO pages VALUES (1), (2);
    INSERT INTO links VALUES ('x', 1), ('X ', 2), ('Z', 2)`
}

const EQUAL: Readonly<Record<string, (text: string) => string>> = {
  BINARY: (text) => text,
  NOCASE: (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  RTRIM: (text) => text.replace(/ +$/, ''),
}

test.each(Object.entries(EQUAL))(
  'keys that compare by %s have the rows that SQLite gives them',
  async (collation, form) => {
    const { run } = serviceOn(await opened(tables(collation)))
    const ids = (code: string) => USED.flatMap((used, at) => (form(used) === form(code) ? [at + 1] : []))
    const expected = CODES.map((code) => ids(code))
    const options = { fields: ['id'], order: 'id' }
    const ask = async (related: string, more: object) => {
      const related_options = { [related]: { ...options, ...more } }
      const asked = { table_name: 'parents', related: [related], related_options, order: 'id' }
      const texts = await run(listRecords, { ...asked, as: 'json' })
      const { rows = [] } = await run(listRecords, asked)
      const bytes = await run(listRecords, { ...asked, as: 'bytes' })
      const whole = bytes.bytes ? Buffer.concat(bytes.bytes).toString('utf8') : bytes.json
      expect(JSON.parse(whole ?? '')).toEqual(rows)
      expect(JSON.parse(texts.json ?? '')).toEqual(rows)
      return rows.map((row) => row[related])
    }
    const kids = await ask('kids_by_code', {})
    expect(kids).toEqual(expected.map((some) => some.map((id) => ({ id }))))
    expect(await ask('kids_by_code', { limit: 1 })).toEqual(
      expected.map((some) => some.slice(0, 1).map((id) => ({ id }))),
    )
    const counts = await ask('kids_by_code', { fields: ['n:COUNT(*)'], group: ['code'], order: undefined })
    expect(counts).toEqual(
      expected.map((some) => (some.length === 0 ? [] : [expect.objectContaining({ n: some.length })])),
    )
    const linked = [
      ['x', 1],
      ['X ', 2],
      ['Z', 2],
    ] as const
    expect(await ask('pages_by_links', {})).toEqual(
      CODES.map((code) => linked.flatMap(([used, id]) => (form(used) === form(code) ? [{ id }] : []))),
    )
  },
)
