import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDemoFile, type DemoFile } from './demo-file.ts'

let demo: DemoFile
beforeAll(async () => {
  demo = await createDemoFile()
})
afterAll(() => demo.remove())

/** Claim → the rows that would disprove it. */
const RULES: readonly (readonly [string, string])[] = [
  [
    'an order costs what its lines cost',
    `orders o WHERE CAST(ROUND(o.total * 100) AS INTEGER) IS NOT
      (SELECT SUM(CAST(ROUND(i.line_total * 100) AS INTEGER)) FROM order_items i WHERE i.order_id = o.id)`,
  ],
  [
    'a line costs its quantity times its price',
    'order_items WHERE ABS(line_total - quantity * unit_price) > 0.001',
  ],
  [
    'lines are numbered from one without a gap',
    '(SELECT COUNT(*) n, MAX(line_no) m FROM order_items GROUP BY order_id) WHERE n <> m',
  ],
  [
    'what is settled and what is owed make up a live order',
    `order_totals WHERE status NOT IN ('cancelled', 'returned') AND ABS(paid + owed - total) > 0.001`,
  ],
  ['a paid order owes nothing', "order_totals WHERE status = 'paid' AND owed > 0"],
  ['a new order is not fully paid', "order_totals WHERE status = 'new' AND owed = 0"],
  [
    'only invoices ship before they are paid',
    `payments p JOIN orders o ON o.id = p.order_id
      WHERE p.method <> 'invoice' AND p.status IN ('pending', 'settled') AND o.shipped_at IS NOT NULL AND (p.paid_at IS NULL OR p.paid_at > o.shipped_at)`,
  ],
  [
    'a cancelled order has at most failed payments',
    `payments p JOIN orders o ON o.id = p.order_id WHERE o.status = 'cancelled' AND p.status <> 'failed'`,
  ],
  [
    'a returned order is refunded in full, and no other is',
    `orders o WHERE ABS((SELECT COALESCE(SUM(amount), 0) FROM payments p WHERE p.order_id = o.id AND p.status = 'refunded')
      - CASE o.status WHEN 'returned' THEN o.total ELSE 0 END) > 0.001`,
  ],
  [
    'what has shipped says when, and nothing else does',
    `orders WHERE (status IN ('shipped', 'delivered', 'returned')) <> (shipped_at IS NOT NULL)`,
  ],
  [
    'an order goes to an address of its customer',
    'orders o JOIN addresses a ON a.id = o.address_id WHERE a.customer_id <> o.customer_id',
  ],
  [
    'customers register before they order',
    'orders o JOIN customers c ON c.id = o.customer_id WHERE c.created_at > o.ordered_at',
  ],
  [
    'every customer has one default address',
    '(SELECT SUM(is_default) n FROM addresses GROUP BY customer_id) WHERE n <> 1',
  ],
  ['every customer has an address', 'customers WHERE id NOT IN (SELECT customer_id FROM addresses)'],
  ['only companies have credit', "customers WHERE kind = 'person' AND credit_limit IS NOT NULL"],
  [
    'orders are taken by people who worked in sales that day',
    `orders o JOIN employees e ON e.id = o.employee_id
      WHERE e.department <> 'Sales' OR e.hired_on > date(o.ordered_at) OR e.left_on <= date(o.ordered_at)`,
  ],
  [
    'products are sold while they are on sale',
    `order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id
      WHERE p.launched_on > date(o.ordered_at) OR p.discontinued_on <= date(o.ordered_at)`,
  ],
  [
    'a discontinued product is inactive and sold out',
    'products WHERE (discontinued_on IS NULL) <> is_active OR (is_active = 0 AND stock > 0)',
  ],
  ['a product costs more than it cost', 'products WHERE cost >= price'],
  [
    'products are in categories without children',
    'products WHERE category_id IN (SELECT parent_id FROM categories)',
  ],
  [
    'reviews are by customers whom the product had reached',
    `reviews r WHERE NOT EXISTS (SELECT 1 FROM orders o JOIN order_items i ON i.order_id = o.id
      WHERE o.customer_id = r.customer_id AND i.product_id = r.product_id AND o.status IN ('delivered', 'returned') AND o.shipped_at < r.created_at)`,
  ],
  [
    'every employee has a chain of managers up to the director',
    `(WITH RECURSIVE team(id) AS (SELECT id FROM employees WHERE manager_id IS NULL UNION ALL
       SELECT e.id FROM employees e JOIN team ON e.manager_id = team.id)
      SELECT COUNT(*) n FROM team) WHERE n <> (SELECT COUNT(*) FROM employees) OR 1 <> (SELECT COUNT(*) FROM employees WHERE manager_id IS NULL)`,
  ],
  [
    'managers were hired before their people and are still there',
    'employees e JOIN employees m ON m.id = e.manager_id WHERE m.hired_on > e.hired_on OR m.left_on IS NOT NULL',
  ],
  [
    'every category hangs on a department',
    `(WITH RECURSIVE tree(id) AS (SELECT id FROM categories WHERE parent_id IS NULL UNION ALL
       SELECT c.id FROM categories c JOIN tree ON c.parent_id = tree.id)
      SELECT COUNT(*) n FROM tree) WHERE n <> (SELECT COUNT(*) FROM categories)`,
  ],
  [
    'the audit log names people who worked that day',
    `"audit log" l JOIN employees e ON e.username = l."user name"
      WHERE e.hired_on > date(l.happened_at) OR e.left_on <= date(l.happened_at)`,
  ],
  [
    'the last price change in the audit log is the price of today',
    `products p JOIN "audit log" l ON l.id = (SELECT MAX(id) FROM "audit log" WHERE entity = 'products' AND entity_id = p.id AND action = 'change_price')
      WHERE l.detail ->> 'new' <> p.price`,
  ],
  [
    'every cancelled and every returned order is in the audit log',
    `orders o WHERE o.status IN ('cancelled', 'returned') AND NOT EXISTS (SELECT 1 FROM "audit log" l WHERE l.entity = 'orders' AND l.entity_id = o.id
      AND l.action = CASE o.status WHEN 'cancelled' THEN 'cancel_order' ELSE 'refund_order' END)`,
  ],
  [
    'nothing happened after the books end',
    `(SELECT ordered_at t FROM orders UNION ALL SELECT shipped_at FROM orders UNION ALL SELECT paid_at FROM payments UNION ALL SELECT created_at FROM reviews
      UNION ALL SELECT created_at FROM customers UNION ALL SELECT happened_at FROM "audit log" UNION ALL SELECT left_on FROM employees) WHERE t >= '2026-11-01'`,
  ],
  [
    'orders are numbered as they came in',
    '(SELECT ordered_at < LAG(ordered_at) OVER (ORDER BY id) early FROM orders) WHERE early',
  ],
  [
    'reviews are numbered as they were written',
    '(SELECT created_at < LAG(created_at) OVER (ORDER BY id) early FROM reviews) WHERE early',
  ],
  ['e-mail addresses end in example.com', "customers WHERE email NOT LIKE '%@example.com'"],
]

describe('in the demo shop', () => {
  test.each(RULES)('%s', (_, exceptions) => {
    expect(demo.value(`SELECT COUNT(*) FROM ${exceptions}`)).toBe(0)
  })
})
