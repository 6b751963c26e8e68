import { describe, expect, it } from '@jest/globals';

import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { PlannedOnTarget } from '../../core/protocol/target-view.ts';
import { operationPages } from '../../../test/support/operation-examples.ts';
import { askServer, type Ran, runCommand as run } from '../../../test/support/run-command.ts';

const head = `apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: some-change }
spec:
  service: some
  change:
`;

/** The command on a policy with these operations. */
const planned = (operations: string, options = ''): Promise<Ran> =>
  run(`plan ${options}-f -`, {
    readStdin: () => Promise.resolve(head + operations.replaceAll(/^/gm, '    ')),
  });

describe('plan of operations', () => {
  it.each(operationPages)('needs no database for what $page shows', async ({ operations }) => {
    const { status, out, err } = await planned(operations);
    expect(err).toBe('');
    expect([status, out]).toEqual([0, expect.stringMatching(/^some-change [^]*\nGO: /)]);
  });

  it('tells the locks, what is walked, and what it took for granted', async () => {
    const { out } = await run('plan -f policies/users-birthdate.yaml');
    expect(out).toContain('locks     users ACCESS EXCLUSIVE 2x, users SHARE ROW EXCLUSIVE 4x;');
    expect(out).toContain('data      users: in batches, by key\n');
    expect(out).toContain('assumed   users (id, dob)\n');
  });

  it('names the operation that cannot be carried out, at its line', async () => {
    const { status, out } = await planned(
      `- dropColumn: { table: users, column: age }
- addColumn: { table: users, column: born, type: json, up: dob::json, down: { dob: born::text } }`,
    );
    expect(status).toBe(1);
    expect(out).toMatch(
      /^stdin:8:7: error operation: users\.born has the type json, whose values cannot be compared/,
    );
  });

  it('ends with 2 for what is no valid policy, and for services alone', async () => {
    const misspelt = await planned('- addColumn: { tabel: users }');
    expect(misspelt.status).toBe(2);
    expect(misspelt.out).toContain('missing `table`');
    const alone = await run('plan -f test/fixtures/plan/shop.yaml');
    expect(alone.status).toBe(2);
    expect(alone.err).toContain('the files hold no SchemaMigration');
  });

  it('holds statements of an author to the rules for scripts', async () => {
    const { status, out } = await planned(
      `- sql:
    tables: [users]
    expand: ALTER TABLE users ADD COLUMN n json
    down: ALTER TABLE users DROP COLUMN n`,
    );
    expect([status, /warning [a-z-]+/.exec(out)?.[0]]).toEqual([0, 'warning json-column']);
  });

  it('shows the statements, under their phase, table and lock', async () => {
    const { out } = await planned('- renameColumn: { table: users, column: a, to: b }', '-o sql ');
    expect(out).toContain('-- assumed: users (id, a)\n\n-- baseline, users, ACCESS SHARE\n');
    expect(out).toContain('CREATE VIEW "some_change_new"."users"');
  });
});

describe('plan of operations for a target', () => {
  const planned: PlannedOnTarget = {
    migration: 'users-v1.2-add-birthdate',
    statements: [
      {
        phase: 'expand',
        table: 'users',
        sql: 'ALTER TABLE users ADD COLUMN birthdate date',
        lock: 'AccessExclusive',
        rewrites: false,
        reversible: true,
      },
    ],
    tables: [{ name: 'public.users', rows: 1200, bytes: 91_226_112, indexBytes: 1024 }],
    backup: null,
    growth: 240_000_000,
    findings: [],
    prediction: null,
  };
  const prediction: NonNullable<PlannedOnTarget['prediction']> = {
    basis: 'ruleOfThumb',
    statements: [{ seconds: 0.2, blocked: 0.2, walBytes: 8_192, diskBytes: 0 }],
    blocked: [{ table: 'users', seconds: 0.2 }],
    contract: { tables: ['users'], seconds: 0.05 },
    backfill: 240,
    verify: 0,
    index: 0,
    walBytes: 900e6,
    diskBytes: 115e6,
    fullPageBytes: 100e6,
    rehearsal: null,
    replicas: 2,
    free: 80e9,
  };
  const ask = (answer: PlannedOnTarget, options = ''): Promise<Ran> => {
    const line = 'POST /api/v1/targets/users-db/plan';
    const api = new ScriptedApi({ [line]: [{ body: { plans: [answer] } }] });
    return askServer(api, `plan -f policies/users-birthdate.yaml --target users-db${options}`);
  };

  it('shows the real statements and sizes, and assumes nothing', async () => {
    const { status, out } = await ask(planned);
    expect(status).toBe(0);
    expect(out).toContain('locks     users ACCESS EXCLUSIVE 1x;');
    expect(out).toContain('size      public.users about 1200 rows, 87 MB and 1.0 kB of indexes\n');
    expect(out).toContain('disk      at most +229 MB\n');
    expect(out).not.toContain('assumed');
  });

  it('says what it would take: who waits, how long, how much, and how it knows', async () => {
    const { out } = await ask({ ...planned, prediction });
    expect(out).toContain(`blocked   users 0.2 s at a time, once nobody is in the way
contract  users ACCESS EXCLUSIVE 1x, less than 0.1 s
takes     backfill 4m
WAL       858 MB, 95 MB of it whole pages; 2 replicas must keep up with 3.6 MB/s
known     by rule of thumb, an order of magnitude; crossfade rehearse measures
disk      about +110 MB, at most +229 MB; 75 GB free
`);
    const rehearsal = { rows: 32_000, age: 7_200 };
    const { verify, index, walBytes, diskBytes } = prediction;
    const least = { backfill: 180, verify, index, walBytes: walBytes / 2, diskBytes };
    const most = { backfill: 360, verify, index, walBytes, diskBytes };
    const measured = { ...prediction, rehearsal, between: { least, most } };
    const rehearsed = await ask({ ...planned, prediction: measured });
    expect(rehearsed.out).toContain('takes     backfill 4m (3m to 6m)\n');
    expect(rehearsed.out).toContain('WAL       858 MB (429 MB to 858 MB), 95 MB of it whole pages');
    expect(rehearsed.out).toContain('known     by the rehearsal of 2h ago on 32000 rows\n');
  });

  it('says it of each statement in the other forms', async () => {
    const answer = { ...planned, prediction };
    const { out } = await ask(answer, ' -o json');
    const { migrations } = JSON.parse(out) as { migrations: readonly { real: unknown }[] };
    expect(migrations[0]?.real).toMatchObject({ prediction });
    const told = '-- expand, users, ACCESS EXCLUSIVE\n-- 0.2 s, WAL 8.0 kB, others wait 0.2 s\n';
    expect((await ask(answer, ' -o sql')).out).toContain(told);
    const { out: comment } = await ask(answer, ' -o markdown');
    expect(comment).toContain(told);
    expect(comment).toContain('- blocked: users 0.2 s at a time');
  });

  it('says what became of statements that services list', async () => {
    const tried = 'statements of the version in use: 2 of 2 understood and tried';
    const { out } = await ask({ ...planned, tried });
    expect(out).toContain(`tried     ${tried}\n`);
  });

  it('says no where something is in the way there, at the operation on that table', async () => {
    const message = 'The rule quiet rewrites every UPDATE.';
    const found = { code: 'rule', severity: 'blocks', table: 'public.users', message } as const;
    const findings = [{ ...found, remedy: 'DROP RULE quiet' }];
    const { status, out } = await ask({ ...planned, findings }, ' -o json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'no-go',
      findings: [{ rule: 'rule', severity: 'error', line: 27, message, safe: 'DROP RULE quiet' }],
    });
  });

  it('takes the tables for granted where the target has nothing of ours yet', async () => {
    const { out } = await ask({ ...planned, statements: null });
    expect(out).toContain('assumed   users (id, dob)\n');
    expect(out).toContain('size      public.users about 1200 rows');
  });

  it('is told of what is done, and is not for scripts', async () => {
    const { out } = await ask({ ...planned, statements: [] });
    expect(out).toContain('left      nothing that could be done there\n');
    const script = await run('plan -f test/fixtures/plan/born.sql --target users-db');
    expect([script.status, script.err]).toEqual([
      2,
      'crossfade: --target is for policies and schema migrations; try SQL by --schema FILE\n',
    ]);
  });
});
