import { describe, expect, test } from 'vitest'
import { RowText } from '../../src/core/database/row-text.ts'
import { LIST_TEXT } from '../../src/core/tool.ts'
import { answerWith } from '../../src/mcp/answer.ts'
import { lines } from '../../src/mcp/columns.ts'
import { callStoredProcedure } from '../../tools/call-stored-procedure.ts'
import { createRecords } from '../../tools/create-records.ts'
import { getTableData } from '../../tools/get-table-data.ts'
import { getTableSchema } from '../../tools/get-table-schema.ts'
import { getTables } from '../../tools/get-tables.ts'

const context = { service: 'shop', args: { table_name: 'orders', offset: 0 }, resultBytes: 24_000 }

function rows(
  count: number,
  row: (index: number) => object = (index) => ({ id: index, note: 'x'.repeat(90) }),
) {
  return Array.from({ length: count }, (_, index) => ({ ...row(index) }))
}

function listOf(structured: object | undefined, key: string): Record<string, unknown>[] {
  return Object.entries(structured ?? {}).find(([name]) => name === key)?.[1] ?? []
}

function page(list: readonly object[], hasMore = false) {
  return {
    rows: list,
    returned: list.length,
    has_more: hasMore,
    ...(hasMore ? { next_offset: list.length } : {}),
  }
}

describe('rows as lines', () => {
  test('the first names the columns, null is empty, an empty text is quoted', () => {
    expect(
      lines([
        { a: 1, b: null, c: '' },
        { a: true, b: 'x', c: 'y' },
      ]),
    ).toEqual(['a,b,c', '1,,""', 'true,x,y'])
  })

  test('quotes only where RFC 4180 needs it', () => {
    expect(lines([{ a: 'x, y', b: 'say "hi"', c: 'two\nlines', d: 'plain text' }])[1]).toBe(
      '"x, y","say ""hi""","two\nlines",plain text',
    )
  })

  test('nested values are compact JSON', () => {
    expect(lines([{ a: { k: [1, 2] }, b: [] }])[1]).toBe('"{""k"":[1,2]}",[]')
  })

  test('rows with different keys share all columns', () => {
    expect(lines([{ a: 1 }, { b: 2 }])).toEqual(['a,b', '1,', ',2'])
  })
})

describe('the text', () => {
  test('keeps a comment of several lines on the line of facts', () => {
    const told = {
      name: 'orders',
      description: 'One\nid,secret\n1,2',
      primary_key: ['id'],
      fields: [],
      relationships: [],
    }
    const { text } = answerWith(getTableSchema, told, context)
    expect(text.split('\n')[0]).toBe('shop.orders: fields 0, description "One\\nid,secret\\n1,2"')
  })

  test('names the service and table, how many came, and the next page', () => {
    const { text } = answerWith(getTableData, page(rows(50), true), context)
    expect(text.split('\n')[0]).toBe('shop.orders: returned 50, has_more true, next: offset=50')
  })

  test('has no column line without rows', () => {
    expect(answerWith(getTableData, page([]), context).text).toBe('shop.orders: returned 0, has_more false')
  })

  test('25 rows of 8 columns take at most 600 tokens', () => {
    const list = rows(25, (index) => ({
      id: 10_000 + index,
      customer_id: 2_000 + index,
      order_number: `ORD-2026-${index}`,
      status: 'delivered',
      order_date: '2026-03-14T09:26:53',
      total_amount: 1234.56,
      currency: 'EUR',
      notes: index % 5 === 0 ? 'Leave at the back door, please' : null,
    }))
    expect(answerWith(getTableData, page(list, true), context).text.length / 4).toBeLessThanOrEqual(600)
  })
})

describe('a list that an engine wrote as text', () => {
  const AWKWARD = [
    { id: 1, note: 'plain', 'a "b"\\,ünï': '' },
    { id: null, note: 'x, "y"\r\n\u2028\ud800😀\\', 'a "b"\\,ünï': '# {"},{' },
    { id: -0.5, note: true, 'a "b"\\,ünï': '12345678901234567890' },
    { id: 1e21, note: 'z'.repeat(20_000), 'a "b"\\,ünï': null },
  ]
  const LISTS = [
    AWKWARD.slice(0, 3),
    AWKWARD,
    [],
    [{ id: 1, note: { nested: ['a', null] } }],
    rows(1000),
    rows(300, (at) => ({ id: at, name: '日本語, "引用"\n'.repeat(5) })),
    rows(250, (at) => ({ id: at, quoted: '"'.repeat(40) })),
  ]
  const FACTS = [
    {},
    { has_more: true, next_offset: 9 },
    { total: 7, schema: [{ name: 'id', type: 'integer' }, { name: 'a,b' }] },
    { has_more: true, next_cursor: 'x' },
  ]
  const FORMATS = [undefined, 'table', 'json', 'csv']
  const cases = LISTS.flatMap((list, at) =>
    FACTS.flatMap((facts) =>
      FORMATS.map((format) => [at, JSON.stringify(facts), format, list, facts] as const),
    ),
  )

  test.each(cases)('is answered like its rows: list %i, %s, as %s', (_at, _name, format, list, facts) => {
    const more = list.length > 2
    const written = JSON.stringify(list)
    const fields = Object.keys(list[0] ?? {})
    const asked = { ...context, args: { ...context.args, ...(format ? { format } : {}) } }
    const told = { returned: list.length, has_more: more, ...facts }
    const expected = answerWith(getTableData, { rows: list, ...told }, asked)
    const isCut = {
      json: JSON.stringify([...list, list[0] ?? {}]),
      fields,
      count: list.length,
      hasMore: true,
    }
    for (const source of [{ ...isCut, json: written, hasMore: false }, ...(list.length > 0 ? [isCut] : [])]) {
      const answer = answerWith(getTableData, { [LIST_TEXT]: new RowText(source), ...told }, asked)
      expect(answer.text).toBe(expected.text)
      expect(answer.json).toBe(expected.json)
      expect(answer.structured).toEqual(expected.structured)
      expect(JSON.parse(answer.textInJson ?? JSON.stringify(answer.text))).toBe(expected.text)
    }
  })
})

describe('the byte budget', () => {
  const many = page(rows(1000))

  test('cuts on a row boundary, in text and data alike', () => {
    const { text, structured, json } = answerWith(getTableData, many, context)
    const kept = listOf(structured, 'rows')
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(24_000)
    expect(Buffer.byteLength(json ?? '')).toBeLessThanOrEqual(24_000)
    expect(text.split('\n').at(-1)).toBe(`${kept.length - 1},${'x'.repeat(90)}`)
    expect(text.split('\n').length).toBe(kept.length + 2)
  })

  test('says so, and where to go on', () => {
    const { text, structured } = answerWith(getTableData, many, {
      ...context,
      args: { table_name: 'orders', offset: 300 },
    })
    const { length } = listOf(structured, 'rows')
    expect(structured).toMatchObject({
      returned: length,
      has_more: true,
      next_offset: 300 + length,
      truncated_by: 'bytes',
    })
    expect(text.split('\n')[0]).toBe(
      `shop.orders: returned ${length}, has_more true, truncated_by bytes, next: offset=${300 + length}`,
    )
  })

  test('uses what it has', () => {
    const { json = '' } = answerWith(getTableData, many, context)
    expect(Buffer.byteLength(json)).toBeGreaterThan(23_000)
  })

  test('counts bytes, not characters', () => {
    const { json = '' } = answerWith(
      getTableData,
      page(rows(1000, () => ({ name: '日本語のテキスト'.repeat(5) }))),
      context,
    )
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(24_000)
  })

  test('holds for text that is longer than its data', () => {
    const quotes = page(rows(1000, () => ({ nested: { a: ['"', '"', '"', '"'] } })))
    const { text } = answerWith(getTableData, quotes, context)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(24_000)
  })

  test('shortens long texts before it leaves rows out, and none that is not long', () => {
    const list = [...rows(3, () => ({ note: 'a'.repeat(10_000), short: 'b'.repeat(1_000) }))]
    const { structured } = answerWith(getTableData, page(list), context)
    const note = `${'a'.repeat(1_000)}… (10000 characters)`
    expect(structured?.rows).toEqual(list.map((row) => ({ ...row, note })))
    expect(structured).toMatchObject({ returned: 3, truncated_by: 'cells' })
    expect(structured).not.toHaveProperty('next_offset')
  })

  test('shortens the long cells of a single row that is too large, and tells their length', () => {
    const huge = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`c${at}`, 'a'.repeat(900)]))
    const { structured, text } = answerWith(getTableData, page([{ id: 7, ...huge }, { id: 8 }]), context)
    const [row] = listOf(structured, 'rows')
    expect(row?.id).toBe(7)
    expect(row?.c0).toMatch(/^a+… \(900 characters\)$/)
    expect(structured).toMatchObject({ returned: 1, has_more: true, next_offset: 1, truncated_by: 'cells' })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(24_000)
  })

  test('a page of one huge row has no next page', () => {
    expect(answerWith(getTableData, page([{ note: 'a'.repeat(50_000) }]), context).structured).toMatchObject({
      returned: 1,
      has_more: false,
    })
  })

  test('shows of one large cell what there is room for', () => {
    const { json = '' } = answerWith(getTableData, page([{ note: '€'.repeat(20_000) }]), context)
    expect(Buffer.byteLength(json)).toBeGreaterThan(22_000)
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(24_000)
  })

  test('never splits a character in two, and counts it once', () => {
    const { structured } = answerWith(getTableData, page([{ note: '😀'.repeat(20_000) }]), context)
    expect(JSON.stringify(structured)).toContain('(20000 characters)')
    expect(JSON.stringify(structured)).not.toMatch(/\\ud[89a-f]/i)
  })

  test('cuts a list of tables with an offset to go on from', () => {
    const tables = rows(2000, (index) => ({ name: `table_${index}`, access: 'GET' }))
    const { structured } = answerWith(getTables, { tables }, { ...context, args: { offset: 0 } })
    expect(structured).toMatchObject({ has_more: true, truncated_by: 'bytes' })
    expect(structured?.next_offset).toBe(listOf(structured, 'tables').length)
  })

  test('asked for ids, the way on is the ids that are missing', () => {
    const { text, structured } = answerWith(getTableData, many, {
      ...context,
      args: { table_name: 'orders', offset: 0, ids: [1, 2] },
    })
    expect(structured).not.toHaveProperty('next_offset')
    expect(text.split('\n')[0]).toContain('next: ask for the ids not shown')
  })

  test('a write says how many rows it changed, however few are shown', () => {
    const written = { affected: 5000, rows: rows(5000, (id) => ({ id })) }
    expect(answerWith(createRecords, written, context).structured).toMatchObject({
      affected: 5000,
      truncated_by: 'bytes',
    })
  })

  test('a routine that answers with one long text has it shortened', () => {
    const { json = '', structured } = answerWith(
      callStoredProcedure,
      { result: 'z'.repeat(100_000) },
      context,
    )
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(24_000)
    expect(structured?.result).toMatch(/\(100000 characters\)$/)
  })
})
