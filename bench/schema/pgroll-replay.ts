import type pg from 'pg';

/** What pgroll takes for a batch unless it is told otherwise. */
const batchRows = 1_000;

/**
 * pgroll's published way of adding a column, replayed, not the program itself: a mark on each row, a
 * pair of triggers that fire on every write of the row and tell the sides apart by `search_path`.
 */
export async function expandLikePgroll(client: pg.Client): Promise<void> {
  await client.query(`ALTER TABLE users ADD COLUMN birthdate date,
    ADD COLUMN needs_backfill boolean DEFAULT true`);
  await client.query('CREATE SCHEMA public_v2; CREATE VIEW public_v2.users AS TABLE users');
  await client.query(trigger('up', '<>', 'birthdate', 'dob::date'));
  await client.query(trigger('down', '=', 'dob', `to_char(birthdate, 'YYYY-MM-DD')`));
}

/** Every column of the row is copied to a variable, whatever the expression reads. */
function trigger(direction: string, side: string, column: string, value: string): string {
  const columns = ['id', 'tenant_id', 'name', 'email', 'dob', 'created_at', 'birthdate'];
  const variables = columns.map((one) => `${one} public.users.${one}%TYPE := NEW.${one};`);
  return `CREATE FUNCTION replay_${direction}() RETURNS trigger LANGUAGE plpgsql AS $$
    #variable_conflict use_variable
    DECLARE ${variables.join(' ')} path text;
    BEGIN
      SELECT current_setting INTO path FROM current_setting('search_path');
      IF path ${side} 'public_v2' THEN
        NEW.${column} := ${value};
        NEW.needs_backfill := false;
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER replay_${direction} BEFORE INSERT OR UPDATE ON users
      FOR EACH ROW EXECUTE FUNCTION replay_${direction}()`;
}

/** Batches by key, one after the other: the rows are written as they are, and the trigger does the work. */
export async function backfillLikePgroll(client: pg.Client): Promise<void> {
  let last: string | null = null;
  for (;;) {
    const done: pg.QueryResult<{ last: string | null }> = await client.query(batch(last));
    last = done.rows[0]?.last ?? null;
    if (last === null) return;
  }
}

function batch(last: string | null): string {
  const above = last === null ? '' : `AND id > ${last}`;
  return `WITH batch AS (SELECT id FROM users WHERE needs_backfill = true ${above}
      ORDER BY id LIMIT ${batchRows} FOR NO KEY UPDATE),
    written AS (UPDATE users SET id = users.id FROM batch WHERE users.id = batch.id RETURNING users.id)
    SELECT max(id) AS last FROM written`;
}
