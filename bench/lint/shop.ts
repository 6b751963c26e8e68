/** A database in use: enough rows that reading all of them shows. */
export const SHOP = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE DOMAIN short AS text;
  CREATE DOMAIN positive AS int CHECK (value > 0);
  CREATE SEQUENCE numbers;
  CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, region text);
  INSERT INTO customers SELECT n, 'c' || n, 'r' || n % 5 FROM generate_series(1, 5000) n;
  CREATE TABLE orders (id int PRIMARY KEY, customer bigint, amount numeric(10, 2) NOT NULL DEFAULT 0, state varchar(20) DEFAULT 'new',
    code varchar(20), note text, placed timestamp DEFAULT now(), data json, feel mood, size positive, tagged text,
    CONSTRAINT size_small CHECK (size < 1000));
  INSERT INTO orders SELECT n, n % 5000 + 1, n, 'new', 'k' || n, 'n', now(), '{}', 'sad', n % 900 + 1, 't' || n FROM generate_series(1, 20000) n;
  CREATE INDEX orders_state ON orders (state);
  CREATE UNIQUE INDEX orders_code ON orders (code);
  ALTER TABLE orders ADD CONSTRAINT note_known CHECK (note IS NOT NULL) NOT VALID;
  ALTER TABLE orders ADD CONSTRAINT amount_known CHECK (amount >= 0) NOT VALID;
  CREATE TABLE items (id bigint PRIMARY KEY, order_id int REFERENCES orders, label text);
  INSERT INTO items SELECT n, n % 20000 + 1, 'l' FROM generate_series(1, 5000) n;
  CREATE TABLE visits (day date NOT NULL, who text) PARTITION BY RANGE (day);
  CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE visits_rest PARTITION OF visits DEFAULT;
  INSERT INTO visits SELECT date '2025-01-01' + n % 600, 'w' FROM generate_series(1, 20000) n;
  CREATE TABLE visits_2028 (day date NOT NULL, who text);
  INSERT INTO visits_2028 SELECT date '2028-01-01' + n % 300, 'w' FROM generate_series(1, 20000) n;
  CREATE VIEW new_orders AS SELECT id, amount FROM orders WHERE state = 'new';
  CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;
  CREATE UNIQUE INDEX totals_customer ON totals (customer);
  CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER nothing BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION nothing();
  CREATE SCHEMA archive;
  CREATE PUBLICATION feed FOR TABLE customers;`;

/** What the version in use runs all the time. Each is taken back. */
export const OLD_STATEMENTS: readonly string[] = [
  'SELECT id, customer, amount, state, code, note, placed, feel, size, tagged FROM orders WHERE id = 1',
  `INSERT INTO orders (id, customer, amount, code, note, size) VALUES (90000, 1, 5, 'z', 'n', 5)`,
  `UPDATE orders SET state = 'sent', tagged = 'x' WHERE id = 2`,
  'UPDATE orders SET amount = amount + 1 WHERE customer = 3',
  'DELETE FROM orders WHERE id = 19999 AND NOT EXISTS (SELECT FROM items WHERE order_id = 19999)',
  'SELECT c.name, o.amount FROM customers c JOIN orders o ON o.customer = c.id WHERE c.id = 4',
  `INSERT INTO customers (id, name) VALUES (90000, 'n')`,
  'SELECT id, order_id, label FROM items WHERE order_id = 1',
  `INSERT INTO items (id, order_id, label) VALUES (90000, 1, 'l')`,
  'SELECT id, amount FROM new_orders LIMIT 1',
  'SELECT customer, total FROM totals LIMIT 1',
  `INSERT INTO visits (day, who) VALUES ('2025-03-01', 'w')`,
  `SELECT who FROM visits WHERE day = '2026-02-01'`,
  `SELECT nextval('numbers')`,
  `SELECT 'glad'::mood, 'x'::short`,
];

/** Tables whose rows nobody has allowed to vanish. */
export const KEPT: readonly string[] = ['customers', 'orders', 'items', 'visits'];
