/** Orders with customers and items, as many as the demo has, in SQL that every engine takes. */
const CUSTOMERS = 2000
const ORDERS = 5000
/** In one statement. */
const ROWS = 1000

export const SHOP = [
  `CREATE TABLE customers (id integer PRIMARY KEY, first_name varchar(40) NOT NULL, last_name varchar(40) NOT NULL, email varchar(80) NOT NULL,
    phone varchar(24), kind varchar(10) NOT NULL, company varchar(60), newsletter boolean NOT NULL, born_on date, credit_limit decimal(10,2),
    created_at timestamp NOT NULL)`,
  `CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL, address_id integer NOT NULL, employee_id integer,
    status varchar(12) NOT NULL, ordered_at timestamp NOT NULL, shipped_at timestamp NULL, total decimal(10,2) NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES customers (id))`,
  `CREATE TABLE order_items (order_id integer NOT NULL, line_no integer NOT NULL, product_id integer NOT NULL, quantity integer NOT NULL,
    unit_price decimal(10,2) NOT NULL, line_total decimal(10,2) NOT NULL, PRIMARY KEY (order_id, line_no),
    FOREIGN KEY (order_id) REFERENCES orders (id))`,
  ...inserts('customers', CUSTOMERS, (n) => [
    `${n}, 'First ${n % 211}', 'Last ${n % 977}', 'person${n}@example.com', '+44 555 ${100000 + n}', 'person', NULL, ${n % 2 === 0}, NULL, ${price(n)},
    '2024-01-01 10:00:00'`,
  ]),
  ...inserts('orders', ORDERS, (n) => [
    `${n}, ${((n * 31) % CUSTOMERS) + 1}, ${n}, NULL, 'shipped', '2024-02-01 10:00:00', '2024-02-03 10:00:00', ${price(n)}`,
  ]),
  ...inserts('order_items', ORDERS, (n) =>
    Array.from(
      { length: 1 + (n % 5) },
      (_, line) => `${n}, ${line + 1}, ${n % 500}, 1, ${price(n + line)}, ${price(n + line)}`,
    ),
  ),
]

function inserts(table, amount, rowsOf) {
  return Array.from({ length: amount / ROWS }, (_, part) => {
    const rows = Array.from({ length: ROWS }, (_, at) => rowsOf(part * ROWS + at + 1)).flat()
    return `INSERT INTO ${table} VALUES (${rows.join('), (')})`
  })
}

function price(n) {
  return ((n * 37) % 50000) / 100
}
