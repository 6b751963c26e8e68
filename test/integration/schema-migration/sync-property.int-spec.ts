import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Client } from 'pg';
import { UsersTarget } from '../../support/users-target.ts';

/** What a client of either version may do to one row. */
type Act =
  | { readonly kind: 'old'; readonly dob: string | null }
  | { readonly kind: 'new'; readonly birthdate: string | null }
  | {
      readonly kind: 'both';
      readonly dob: string | null;
      readonly birthdate: string | null;
      readonly side: string;
    }
  | { readonly kind: 'unrelated' };

/** Rows of one history. */
const ROWS = 5;

const day = fc
  .integer({ min: -20_000, max: 20_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const dob = fc.oneof(
  { weight: 4, arbitrary: day },
  fc.constantFrom(
    null,
    '',
    'soon',
    '1990-13-01',
    ' 1990-01-01',
    '19900101',
    'infinity',
    '0044-03-15 BC',
  ),
);
const birthdate = fc.oneof(
  { weight: 4, arbitrary: day },
  fc.constantFrom(null, 'infinity', '-infinity', '0044-03-15 BC', '10000-01-01'),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('old' as const), dob }),
  fc.record({ kind: fc.constant('new' as const), birthdate }),
  fc.record({
    kind: fc.constant('both' as const),
    dob,
    birthdate,
    side: fc.constantFrom('', 'old', 'new'),
  }),
  fc.constant<Act>({ kind: 'unrelated' }),
);

describe('any interleaving of old and new writes', () => {
  let target: UsersTarget;
  let app: Client;

  beforeAll(async () => {
    target = await UsersTarget.create();
    // These rows are there before expand, so the backfill has work in the middle of the writes.
    await target.admin.query(
      `INSERT INTO users (dob) SELECT CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '1980-01-01' ELSE 'soon' END
       FROM generate_series(1, 400) n`,
    );
    await target.run('expand');
    app = await target.application();
  });
  afterAll(() => target.close());

  async function perform(id: number, one: Act): Promise<void> {
    switch (one.kind) {
      case 'old':
        await app.query('UPDATE users_v1.users SET dob = $2 WHERE id = $1', [id, one.dob]);
        return;
      case 'new':
        await app.query('UPDATE users_v2.users SET birthdate = $2 WHERE id = $1', [
          id,
          one.birthdate,
        ]);
        return;
      case 'both':
        await app.query(`BEGIN`);
        await app.query(`SELECT set_config('crossfade.side', $1, true)`, [one.side]);
        await app.query('UPDATE public.users SET dob = $2, birthdate = $3 WHERE id = $1', [
          id,
          one.dob,
          one.birthdate,
        ]);
        await app.query(`COMMIT`);
        return;
      case 'unrelated':
        await app.query(
          `UPDATE users_v1.users SET name = coalesce(name, '') || 'x' WHERE id = $1`,
          [id],
        );
    }
  }

  it('fails no write, and ends with both shapes equal or the row in quarantine', async () => {
    let first = 1 - ROWS;
    const history = fc.record({
      acts: fc.array(fc.tuple(fc.nat(ROWS - 1), act), { minLength: 1, maxLength: 20 }),
      backfillAt: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ acts, backfillAt }) => {
        // Every history gets rows of its own, as they were before expand.
        first += ROWS;
        for (const [at, [row, one]] of acts.entries()) {
          if (at === backfillAt) await backfill();
          await perform(first + row, one);
        }
        await backfill();
        await target.works.jobs('r1');
        const { rows } = await target.admin.query(
          `SELECT u.id, f._crossfade_fault FROM users u, ${await pairFunction()}(u.dob, u.birthdate) f
           WHERE (f._crossfade_fault IS NOT NULL) <> EXISTS (SELECT 1 FROM crossfade.quarantine q
             WHERE q.key = jsonb_build_array(u.id::text) AND q.resolved_at IS NULL AND q.kind <> 'conflict')`,
        );
        // Neither an unrecorded difference nor a record of a row that is well.
        expect(rows).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  async function backfill(): Promise<void> {
    await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'backfill'`);
    await target.run('backfill');
  }

  it('keeps, whatever comes, the last value that either side wrote in that side’s own column', async () => {
    const written = fc.oneof(
      fc.record({ kind: fc.constant('old' as const), dob }),
      fc.record({ kind: fc.constant('new' as const), birthdate }),
    );
    let id = 250;
    await fc.assert(
      fc.asyncProperty(written, written, async (first, last) => {
        id += 1;
        await perform(id, first);
        await perform(id, last);
        const row = await target.row(id);
        const isOld = last.kind === 'old';
        expect(isOld ? row.dob : row.birthdate).toBe(isOld ? last.dob : last.birthdate);
      }),
      { numRuns: 60 },
    );
  });

  async function pairFunction(): Promise<string> {
    const { rows } = await target.admin.query<{ name: string }>(
      `SELECT 'crossfade.' || proname AS name FROM pg_proc WHERE proname LIKE 'pair\\_%'`,
    );
    return rows[0]?.name ?? '';
  }
});
