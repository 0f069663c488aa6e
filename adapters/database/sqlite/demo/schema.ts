/** Parents before children: rows are loaded in this order with foreign keys on. */
export const TABLES = `
CREATE TABLE categories (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES categories (id),
  name VARCHAR(40) NOT NULL,
  slug VARCHAR(60) NOT NULL UNIQUE,
  UNIQUE (parent_id, name),
  CONSTRAINT categories_not_own_parent CHECK (parent_id <> id)
);
CREATE TABLE suppliers (
  id INTEGER PRIMARY KEY,
  name VARCHAR(60) NOT NULL UNIQUE,
  email VARCHAR(80) NOT NULL,
  country CHAR(2) NOT NULL,
  lead_days INTEGER NOT NULL,
  is_preferred BOOLEAN NOT NULL DEFAULT 0,
  partner_since DATE NOT NULL,
  note TEXT,
  CONSTRAINT suppliers_lead_days CHECK (lead_days BETWEEN 1 AND 90)
);
CREATE TABLE products (
  id INTEGER PRIMARY KEY,
  sku VARCHAR(20) NOT NULL UNIQUE,
  name VARCHAR(80) NOT NULL,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
  price DECIMAL(10,2) NOT NULL,
  cost DECIMAL(10,2) NOT NULL,
  weight_kg REAL,
  stock INTEGER NOT NULL DEFAULT 0,
  is_active BOOLEAN NOT NULL DEFAULT 1,
  launched_on DATE NOT NULL,
  discontinued_on DATE,
  attributes JSON,
  thumbnail BLOB,
  CONSTRAINT products_price CHECK (price > 0 AND cost > 0),
  CONSTRAINT products_stock CHECK (stock >= 0),
  CONSTRAINT products_attributes_json CHECK (attributes IS NULL OR json_valid(attributes)),
  CONSTRAINT products_dates CHECK (discontinued_on > launched_on)
);
CREATE TABLE tags (
  id INTEGER PRIMARY KEY,
  name VARCHAR(30) NOT NULL UNIQUE
);
CREATE TABLE product_tags (
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
  PRIMARY KEY (product_id, tag_id)
) WITHOUT ROWID;
CREATE TABLE employees (
  id INTEGER PRIMARY KEY,
  username VARCHAR(40) NOT NULL UNIQUE,
  first_name VARCHAR(40) NOT NULL,
  last_name VARCHAR(40) NOT NULL,
  email VARCHAR(80) NOT NULL UNIQUE,
  job_title VARCHAR(60) NOT NULL,
  department VARCHAR(30) NOT NULL,
  manager_id INTEGER REFERENCES employees (id),
  hired_on DATE NOT NULL,
  left_on DATE,
  salary DECIMAL(10,2) NOT NULL,
  is_full_time BOOLEAN NOT NULL DEFAULT 1,
  CONSTRAINT employees_not_own_manager CHECK (manager_id <> id),
  CONSTRAINT employees_dates CHECK (left_on > hired_on)
);
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  first_name VARCHAR(40) NOT NULL,
  last_name VARCHAR(40) NOT NULL,
  email VARCHAR(80) NOT NULL UNIQUE,
  phone VARCHAR(24),
  kind VARCHAR(10) NOT NULL DEFAULT 'person',
  company VARCHAR(60),
  newsletter BOOLEAN NOT NULL DEFAULT 0,
  born_on DATE,
  credit_limit DECIMAL(10,2),
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT customers_kind CHECK (kind IN ('person', 'business')),
  CONSTRAINT customers_company CHECK ((kind = 'business') = (company IS NOT NULL))
);
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  street VARCHAR(80) NOT NULL,
  city VARCHAR(40) NOT NULL,
  postal_code VARCHAR(12) NOT NULL,
  country CHAR(2) NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT 0
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  address_id INTEGER NOT NULL REFERENCES addresses (id),
  employee_id INTEGER REFERENCES employees (id),
  status VARCHAR(12) NOT NULL DEFAULT 'new',
  ordered_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  shipped_at TIMESTAMP,
  total DECIMAL(10,2) NOT NULL DEFAULT 0,
  CONSTRAINT orders_status CHECK (status IN ('new', 'paid', 'shipped', 'delivered', 'returned', 'cancelled')),
  CONSTRAINT orders_total CHECK (total >= 0),
  CONSTRAINT orders_dates CHECK (shipped_at >= ordered_at)
);
CREATE TABLE order_items (
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line_no INTEGER NOT NULL,
  product_id INTEGER NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL DEFAULT 1,
  unit_price DECIMAL(10,2) NOT NULL,
  line_total DECIMAL(10,2) GENERATED ALWAYS AS (ROUND(quantity * unit_price, 2)) STORED,
  PRIMARY KEY (order_id, line_no),
  UNIQUE (product_id, order_id),
  CONSTRAINT order_items_quantity CHECK (quantity > 0),
  CONSTRAINT order_items_unit_price CHECK (unit_price >= 0)
) WITHOUT ROWID;
CREATE TABLE payments (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  method VARCHAR(10) NOT NULL,
  status VARCHAR(10) NOT NULL DEFAULT 'pending',
  amount DECIMAL(10,2) NOT NULL,
  due_on DATE NOT NULL,
  paid_at TIMESTAMP,
  reference VARCHAR(20) UNIQUE,
  CONSTRAINT payments_method CHECK (method IN ('card', 'wallet', 'transfer', 'invoice')),
  CONSTRAINT payments_status CHECK (status IN ('pending', 'settled', 'failed', 'refunded')),
  CONSTRAINT payments_amount CHECK (amount > 0),
  CONSTRAINT payments_paid_at CHECK ((status IN ('settled', 'refunded')) = (paid_at IS NOT NULL))
);
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  rating INTEGER NOT NULL,
  language CHAR(2) NOT NULL,
  title VARCHAR(80),
  body TEXT,
  helpful_votes INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (product_id, customer_id),
  CONSTRAINT reviews_rating CHECK (rating BETWEEN 1 AND 5)
);
CREATE TABLE "audit log" (
  id INTEGER PRIMARY KEY,
  happened_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "user name" VARCHAR(40) REFERENCES employees (username),
  action VARCHAR(20) NOT NULL,
  entity VARCHAR(20) NOT NULL,
  entity_id INTEGER NOT NULL,
  detail JSON,
  CONSTRAINT audit_log_detail_json CHECK (detail IS NULL OR json_valid(detail))
);
`
