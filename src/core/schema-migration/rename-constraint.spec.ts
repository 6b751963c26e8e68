import { describe, expect, it } from '@jest/globals';
import { renameConstraint } from './rename-constraint.ts';
import { constraint, usersTable } from './users-catalog.fixture.ts';

const where = { schema: 'public', name: 'users' };
const renames = (name: string, forParts: readonly string[], ...others: readonly string[]) => {
  const held = constraint({ name: '_crossfade_1_key', kind: 'foreign', forParts });
  const constraints = [held, ...others.map((other) => constraint({ name: other }))];
  return renameConstraint(where, usersTable({ constraints }), held.name, name).map(({ sql }) =>
    sql.replace('ALTER TABLE "public"."users" RENAME CONSTRAINT ', ''),
  );
};

describe('the name of a constraint', () => {
  it('is given to what PostgreSQL keeps of it for parts of the other table, numbered', () => {
    expect(renames('key', ['_crossfade_1_key_4', '_crossfade_1_key_5'], 'key_1')).toEqual([
      '"_crossfade_1_key_4" TO "key_2"',
      '"_crossfade_1_key_5" TO "key_3"',
      '"_crossfade_1_key" TO "key"',
    ]);
  });

  it('is made free where PostgreSQL has used it for such a part; others of its names stay', () => {
    expect(renames('key', ['key', 'key1'])).toEqual([
      '"key" TO "key_1"',
      '"_crossfade_1_key" TO "key"',
    ]);
  });

  it('leaves room for the number', () => {
    const [first = ''] = renames('ü'.repeat(31), ['_crossfade_1_key_4']);
    expect(first).toBe(`"_crossfade_1_key_4" TO "${'ü'.repeat(30)}_1"`);
  });
});
