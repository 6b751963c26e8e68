/** A few tables with a bit of everything, and so many rows in those that are written most. */
export const drawnTables = (rows: number): string => `
  CREATE TABLE people (id bigint PRIMARY KEY, given text COLLATE "C", dob text, age integer CHECK (age > 0),
    note text NOT NULL DEFAULT 'x', gone text NOT NULL, street text, city text NOT NULL DEFAULT '', profile jsonb, phones text[]);
  CREATE INDEX people_note ON people (note);
  CREATE INDEX people_age ON people (age);
  CREATE TABLE bios (person_id bigint PRIMARY KEY REFERENCES people ON DELETE CASCADE, bio text COLLATE "C", lang text);
  CREATE TABLE visits (place text, day date, stay integer, PRIMARY KEY (place, day));
  CREATE TABLE lost (id uuid PRIMARY KEY, what text);
  INSERT INTO people SELECT n, nullif('p' || n % 4, 'p0'), '20' || lpad((n % 28)::text, 2, '0') || '-01-02', n, 'n' || n, 'g',
    nullif('s' || n % 3, 's0'), CASE WHEN n % 3 > 0 THEN 'c' ELSE '' END, jsonb_build_object('lang', 'l' || n, 'n', n),
    CASE WHEN n % 3 > 0 THEN array_fill('p' || n, ARRAY[n % 3]) END FROM generate_series(1, ${rows}) n;
  INSERT INTO bios SELECT n, 'b' || n, 'l' FROM generate_series(1, ${rows}, 2) n;
  INSERT INTO visits SELECT 'v' || n % 3, date '2020-01-01' + n, n FROM generate_series(1, ${rows}) n;
  INSERT INTO lost SELECT gen_random_uuid(), 'w' || n FROM generate_series(1, ${rows} / 10) n`;
