import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDemoFile, type DemoFile } from './demo-file.ts'
import { readDemoPage, readQuestions, readRowCounts, toCsv } from './demo-page.ts'

const page = await readDemoPage()
let demo: DemoFile
beforeAll(async () => {
  demo = await createDemoFile()
})
afterAll(() => demo.remove())

describe('docs/demo.md', () => {
  test('asks nine questions of aggregate_data', () => {
    expect(readQuestions(page)).toHaveLength(9)
  })

  test.each(readQuestions(page))('answers "$title" as the database does', ({ sql, answer }) => {
    expect(toCsv(demo.columns(sql), demo.rows(sql))).toBe(answer)
  })

  test('counts the rows of every table', () => {
    const counts = demo.tables().map((table) => [table, demo.value(`SELECT COUNT(*) FROM "${table}"`)])
    expect(readRowCounts(page).toSorted()).toEqual(counts.toSorted())
  })

  test('tells what order 84 is', () => {
    expect(
      demo.rows(`
        SELECT c.company, c.first_name || ' ' || c.last_name, o.total, t.paid, t.owed, t.days_late,
          (SELECT group_concat(i.quantity || ' ' || p.name, ', ') FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id)
        FROM orders o JOIN customers c ON c.id = o.customer_id JOIN order_totals t ON t.order_id = o.id WHERE o.id = 84`),
    ).toEqual([
      [
        'Keystone Gardens',
        'Göran Ekström',
        958.78,
        958.78,
        0,
        1,
        '1 Mirelle Sketch pad, 20 Nimbu 500-piece puzzle, 1 Umber Hammock',
      ],
    ])
    expect(page).toContain('Göran Ekström of Keystone Gardens')
    expect(page).toContain('958.78')
  })

  test('names employee 10', () => {
    expect(demo.rows('SELECT first_name, last_name FROM employees WHERE id = 10')).toEqual([
      ['Bram', 'van der Meer'],
    ])
  })

  test('has the disliked products from Quillfeather', () => {
    const suppliers = demo.rows(`
      SELECT DISTINCT s.name FROM suppliers s JOIN products p ON p.supplier_id = s.id
      WHERE p.id IN (SELECT product_id FROM reviews GROUP BY 1 HAVING COUNT(*) >= 10 ORDER BY AVG(rating) LIMIT 3)`)
    expect(suppliers).toEqual([['Quillfeather Manufacture']])
  })

  test('has one Quillfeather line in seven come back, and one in thirty-seven of the others', () => {
    const lines = demo.rows(`
      SELECT ROUND(COUNT(*) / TOTAL(status = 'returned')) FROM product_sales GROUP BY supplier = 'Quillfeather Manufacture' ORDER BY 1`)
    expect(lines).toEqual([[7], [37]])
  })

  test('has fourteen companies that pay more than two weeks late', () => {
    expect(demo.value('SELECT COUNT(DISTINCT customer_id) FROM order_totals WHERE days_late > 14')).toBe(14)
  })
})
