/** How the tables that are written most stand: as one, or in partitions, some of which have partitions of their own. */
export const PARTS = {
  people: `PARTITION BY RANGE (id);
    CREATE TABLE people_low PARTITION OF people FOR VALUES FROM (MINVALUE) TO (300);
    CREATE TABLE people_mid PARTITION OF people FOR VALUES FROM (300) TO (700) PARTITION BY HASH (id);
    CREATE TABLE people_mid_0 PARTITION OF people_mid FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE people_mid_1 PARTITION OF people_mid FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE people_rest PARTITION OF people DEFAULT`,
  visits: `PARTITION BY LIST (place);
    CREATE TABLE visits_0 PARTITION OF visits FOR VALUES IN ('v0');
    CREATE TABLE visits_rest PARTITION OF visits DEFAULT`,
};

/** A few tables with a bit of everything, and so many rows in those that are written most. */
export const drawnTables = (
  rows: number,
  { people, visits } = { people: '', visits: '' },
): string => `
  CREATE TABLE people (id bigint PRIMARY KEY, given text COLLATE "C", dob text, age integer CHECK (age > 0),
    note text NOT NULL DEFAULT 'x', gone text NOT NULL, street text, city text NOT NULL DEFAULT '', profile jsonb, phones text[]) ${people};
  CREATE INDEX people_note ON people (note);
  CREATE INDEX people_age ON people (age);
  CREATE TABLE bios (person_id bigint PRIMARY KEY REFERENCES people ON DELETE CASCADE, bio text COLLATE "C", lang text);
  CREATE TABLE visits (place text, day date, stay integer, PRIMARY KEY (place, day)) ${visits};
  CREATE TABLE lost (id uuid PRIMARY KEY, what text);
  INSERT INTO people SELECT n, nullif('p' || n % 4, 'p0'), '20' || lpad((n % 28)::text, 2, '0') || '-01-02', n, 'n' || n, 'g',
    nullif('s' || n % 3, 's0'), CASE WHEN n % 3 > 0 THEN 'c' ELSE '' END, jsonb_build_object('lang', 'l' || n, 'n', n),
    CASE WHEN n % 3 > 0 THEN array_fill('p' || n, ARRAY[n % 3]) END FROM generate_series(1, ${rows}) n;
  INSERT INTO bios SELECT n, 'b' || n, 'l' FROM generate_series(1, ${rows}, 2) n;
  INSERT INTO visits SELECT 'v' || n % 3, date '2020-01-01' + n, n FROM generate_series(1, ${rows}) n;
  INSERT INTO lost SELECT gen_random_uuid(), 'w' || n FROM generate_series(1, ${rows} / 10) n`;
