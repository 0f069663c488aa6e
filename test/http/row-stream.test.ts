import { describe, expect, test } from 'vitest'
import { type RowFormat, readRows, readText } from '../../src/http/row-stream.ts'

/** The text in pieces of a few bytes each: cut anywhere, also inside of a character. */
function* pieces(text: string, sizeBytes: number): Generator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}

async function all(rows: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = []
  for await (const row of rows) list.push(row)
  return list
}

const rowsOf = (format: RowFormat, text: string, sizeBytes = 3, most = 1_000_000) =>
  all(readRows(format, pieces(text, sizeBytes), most))

describe('rows of CSV that comes in pieces', () => {
  const text = '\uFEFFname;note\r\n"Ann ""A""";"line\none"\r\nBjörn;\r\n;""\r\n'
  const rows = [
    { name: 'Ann "A"', note: 'line\none' },
    { name: 'Björn', note: null },
    { name: null, note: '' },
  ]

  test.each([1, 2, 7, 4096])('of %i bytes are those of the whole', async (sizeBytes) => {
    expect(await rowsOf('csv', text, sizeBytes)).toEqual(rows)
  })

  test.each([
    ['a,b\n1,2,3\n', 'more or fewer cells than names in line 2'],
    ['a,a\n1,2\n', "names the column 'a' twice"],
    ['a\n"1\n', 'a quotation mark is not closed'],
  ])('%j is refused', async (broken, message) => {
    await expect(rowsOf('csv', broken)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(message),
    })
  })

  test('are not read on when nobody takes them', async () => {
    let given = 0
    function* endless() {
      yield new TextEncoder().encode('a,b\n')
      for (;;) {
        given++
        yield new TextEncoder().encode('1,2\n'.repeat(1000))
      }
    }
    const read = readRows('csv', endless(), Number.POSITIVE_INFINITY)
    await read.next()
    await read.return(undefined)
    expect(given).toBeLessThan(10)
  })
})

describe('rows of JSON lines', () => {
  test.each([1, 5, 4096])('in pieces of %i bytes are those of the whole', async (sizeBytes) => {
    expect(await rowsOf('ndjson', '{"a":"ö"}\n\n{"a":2}', sizeBytes)).toEqual([{ a: 'ö' }, { a: 2 }])
  })

  test('that are none are named by their line', async () => {
    await expect(rowsOf('ndjson', '{"a":1}\n\nnope\n')).rejects.toMatchObject({ context: { line: 3 } })
  })
})

test('what is no UTF-8, or longer than it may be, is refused', async () => {
  const latin = all(readRows('csv', [Uint8Array.of(97, 10, 0xff, 10)], 100))
  await expect(latin).rejects.toMatchObject({ code: 'bad_request' })
  await expect(rowsOf('csv', 'a\n1\n2\n3\n', 2, 5)).rejects.toMatchObject({ code: 'payload_too_large' })
})

test.each([
  ['a,b\n1,2\n', [{ a: '1', b: '2' }], true],
  ['{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }], false],
  [' [{"a":1}]', [{ a: 1 }], false],
])('a text is read as what it looks like: %j', async (text, rows, areTexts) => {
  const read = readText(text)
  expect([await all(read.rows), read.areTexts]).toEqual([rows, areTexts])
})
