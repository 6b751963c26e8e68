import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { type AskedPlan, TargetInspection } from '../../../src/engine/target-inspection.ts';
import { relationsOf } from '../../support/relations-of.ts';
import { UsersTarget, USERS_BIRTHDATE } from '../../support/users-target.ts';

/** What services say that they run: two that work before, one of another table, and one that never worked. */
const LISTED = [
  { sql: 'SELECT dob FROM users WHERE id = $1', calls: 30 },
  // From expand on there are two columns of that name.
  { sql: 'SELECT birthdate FROM users, (SELECT 1 AS birthdate) b', calls: 7 },
  { sql: 'INSERT INTO users (name) VALUES ($1)', calls: null },
  { sql: 'SELECT 1 FROM others', calls: 9 },
  { sql: 'SELECT born FROM users', calls: 1 },
];

describe('what a schema migration would do on a target', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
  });
  afterEach(() => target.close());

  const connect = () => Promise.resolve(openTargetPostgres(target.url));

  async function foreseen(listed: AskedPlan['listed'] = []) {
    const asked = { migration: USERS_BIRTHDATE, listed };
    const [planned] = await new TargetInspection(connect, null).foresee('users-db', [asked]);
    if (planned === undefined) throw new Error('nothing was planned');
    return planned;
  }

  it('is planned for the tables as they are, and nothing of it is done', async () => {
    const { migration, statements, tables, growth, findings } = await foreseen();
    expect([migration, tables.map(({ name }) => name)]).toEqual([
      'users-birthdate',
      ['public.users'],
    ]);
    const views = statements?.filter(({ sql }) => sql.startsWith('CREATE VIEW')) ?? [];
    expect(views[0]?.sql).toContain('"id", "tenant_id", "name", "email", "dob", "createdAt"');
    expect(growth).toBeGreaterThan(0);
    expect(findings.filter(({ severity }) => severity === 'blocks')).toEqual([]);
    const { rows } = await target.admin.query(
      `SELECT FROM pg_namespace WHERE nspname = 'users_v1'`,
    );
    expect(rows).toEqual([]);
  });

  it('is foreseen by rule of thumb, and by the last rehearsal of exactly this', async () => {
    expect((await foreseen()).prediction).toMatchObject({
      basis: 'ruleOfThumb',
      rehearsal: null,
      replicas: 0,
    });
    const { works } = target;
    const asked = { id: 'asked', migration: USERS_BIRTHDATE, statements: null };
    let kept = await works.rehearsals.advance(asked, 1_000);
    while (kept === null) kept = await works.rehearsals.advance(asked, 1_000);
    const { statements, prediction } = await foreseen();
    expect(prediction).toMatchObject({
      basis: 'rehearsal',
      rehearsal: { rows: kept.report.runs[0]?.rows },
    });
    expect(prediction?.statements).toHaveLength(statements?.length ?? 0);
    const [other] = await new TargetInspection(connect, null).foresee('users-db', [
      { migration: { ...USERS_BIRTHDATE, to: 'users_v9' } },
    ]);
    expect(other?.prediction?.basis).toBe('ruleOfThumb');
  });

  it('is planned and foreseen all the same where Crossfade has never worked', async () => {
    const known = await foreseen();
    await target.admin.query('DROP SCHEMA crossfade CASCADE');
    const { statements, prediction } = await foreseen();
    expect((await foreseen(LISTED)).tried).toContain('3 of 4 understood and tried');
    expect(statements).toEqual(known.statements);
    expect(prediction).toEqual(known.prediction);
    expect(prediction).toMatchObject({ basis: 'ruleOfThumb', blocked: [{ table: 'users' }] });
    const { rows } = await target.admin.query(`SELECT to_regnamespace('crossfade') AS made`);
    expect(rows).toEqual([{ made: null }]);
  });

  it('tries what services list, on copies of which nothing stays, and says what became of it', async () => {
    expect(await foreseen()).not.toHaveProperty('tried');
    const before = await relationsOf(target.admin);
    const { tried, findings } = await foreseen(LISTED);
    expect(tried).toBe(
      'statements of the version in use: 3 of 4 understood and tried; contract ends 1 statement of the version in use (30 calls)',
    );
    expect(findings[0]).toMatchObject({
      code: 'statements',
      severity: 'blocks',
      message: expect.stringMatching(
        /\(7 calls\), which expand breaks: column reference "birthdate"/,
      ),
    });
    expect(await relationsOf(target.admin)).toEqual(before);
    await target.run('expand');
    expect(await foreseen(LISTED)).not.toHaveProperty('tried');
  });

  it('names what is in the way', async () => {
    await target.admin.query('CREATE RULE quiet AS ON UPDATE TO users DO ALSO NOTHING');
    expect((await foreseen()).findings[0]).toMatchObject({ code: 'rule', severity: 'blocks' });
    await target.admin.query('ALTER TABLE users RENAME dob TO born');
    const { statements, findings } = await foreseen();
    expect([statements, findings[0]]).toMatchObject([[], { code: 'plan', severity: 'blocks' }]);
  });

  it('is less where a part of it is done', async () => {
    const phases = async () => (await foreseen()).statements?.map(({ phase }) => phase);
    expect(await phases()).toContain('expand');
    await target.run('expand');
    expect(await phases()).not.toContain('expand');
  });
});
