/** Every foreign key has an index that leads with it: here, or as a primary or unique key of its table. */
export const INDEXES = `
CREATE INDEX products_category_id ON products (category_id);
CREATE INDEX products_supplier_id ON products (supplier_id);
CREATE INDEX product_tags_tag_id ON product_tags (tag_id);
CREATE INDEX employees_manager_id ON employees (manager_id);
CREATE INDEX addresses_customer_id ON addresses (customer_id);
CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE INDEX orders_address_id ON orders (address_id);
CREATE INDEX orders_employee_id ON orders (employee_id);
CREATE INDEX orders_status ON orders (status, ordered_at);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
CREATE INDEX payments_order_id ON payments (order_id);
CREATE INDEX reviews_customer_id ON reviews (customer_id);
CREATE INDEX "audit log user name" ON "audit log" ("user name");
CREATE INDEX "audit log entity" ON "audit log" (entity, entity_id);
`

/** Nothing here groups or sorts, so a page costs its own rows only: what is summed is summed per row, by an index. */
export const VIEWS = `
CREATE VIEW order_totals AS
SELECT o.id AS order_id, o.customer_id, CAST(COALESCE(c.company, c.first_name || ' ' || c.last_name) AS TEXT) AS customer, a.country,
  o.status, o.ordered_at,
  CAST(substr(o.ordered_at, 1, 4) AS INTEGER) AS year,
  CAST(substr(o.ordered_at, 1, 7) AS TEXT) AS month,
  CAST((SELECT SUM(i.quantity) FROM order_items i WHERE i.order_id = o.id) AS INTEGER) AS units,
  o.total,
  CAST((SELECT ROUND(COALESCE(SUM(p.amount), 0), 2) FROM payments p WHERE p.order_id = o.id AND p.status = 'settled') AS DECIMAL(10,2)) AS paid,
  CAST((SELECT ROUND(COALESCE(SUM(p.amount), 0), 2) FROM payments p WHERE p.order_id = o.id AND p.status = 'pending') AS DECIMAL(10,2)) AS owed,
  CAST((SELECT MAX(julianday(date(p.paid_at)) - julianday(p.due_on)) FROM payments p WHERE p.order_id = o.id) AS INTEGER) AS days_late
FROM orders o
LEFT JOIN customers c ON c.id = o.customer_id
LEFT JOIN addresses a ON a.id = o.address_id;

CREATE VIEW product_sales AS
SELECT i.order_id, i.line_no, o.status, o.ordered_at,
  CAST(substr(o.ordered_at, 1, 4) AS INTEGER) AS year,
  CAST(substr(o.ordered_at, 1, 7) AS TEXT) AS month,
  a.country, i.product_id, p.name AS product, c.name AS category,
  CAST(COALESCE(grandparent.name, parent.name, c.name) AS TEXT) AS department,
  s.name AS supplier, i.quantity, i.unit_price, i.line_total
FROM order_items i
JOIN orders o ON o.id = i.order_id AND o.status <> 'cancelled'
LEFT JOIN addresses a ON a.id = o.address_id
LEFT JOIN products p ON p.id = i.product_id
LEFT JOIN categories c ON c.id = p.category_id
LEFT JOIN categories parent ON parent.id = c.parent_id
LEFT JOIN categories grandparent ON grandparent.id = parent.parent_id
LEFT JOIN suppliers s ON s.id = p.supplier_id;
`
