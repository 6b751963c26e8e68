import { describe, expect, it } from '@jest/globals';

import { operationPages } from '../../../test/support/operation-examples.ts';
import { type Ran, runCommand as run } from '../../../test/support/run-command.ts';

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
