import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { policyNamed } from '../../../test/support/policy-named.ts';
import type { Policy } from '../policy/policy.ts';
import type { Operation } from '../schema-migration/operation.ts';
import type { Bond } from './bond.ts';
import { sharedBetween, sharedWords } from './shared.ts';

/** A policy on the target `shop` that changes this, and has nothing else in common with another. */
function changing(name: string, operations: readonly Operation[], schema = 'public'): Policy {
  const migration = { ...examplePolicy.schemaMigration, name, schema, operations };
  return policyNamed(name, { target: 'shop', schemaMigration: migration });
}

const index = (table: string): Operation => ({ operation: 'dropIndex', table, index: 'i' });
const retyped = (table: string, column: string): Operation => {
  return { operation: 'changeType', table, column, type: 'bigint', up: 'id', down: 'id' };
};
const found = (a: Policy, b: Policy, bonds: readonly Bond[] = []): readonly string[] =>
  [sharedBetween(a, b, bonds), sharedBetween(b, a, bonds)].map((shared) =>
    shared.length === 0 ? 'nothing' : sharedWords(shared),
  );
const both = (words: string): readonly string[] => [words, words];

describe('what two policies share', () => {
  it('is nothing where target, flag and rings are apart', () => {
    expect(found(policyNamed('a'), policyNamed('b'))).toEqual(both('nothing'));
    expect(found(changing('a', [index('users')]), changing('b', [index('orders')]))).toEqual(
      both('nothing'),
    );
  });

  it('is the flag, wherever they work', () => {
    const other = policyNamed('b', { flag: { provider: 'crossfade', name: 'a' } });
    expect(found(policyNamed('a'), other)).toEqual(both('uses flag a as well'));
  });

  it('is a table, also one that an operation fills, and the name that it gives one', () => {
    const merged: Operation = {
      operation: 'mergeTables',
      table: 'users',
      from: 'profiles',
    } as Operation;
    const profiles = changing('b', [index('profiles')]);
    expect(found(changing('a', [merged]), profiles)).toEqual(both('changes profiles as well'));
    const renamed = changing('a', [{ operation: 'renameTable', table: 'people', to: 'profiles' }]);
    expect(found(renamed, profiles)).toEqual(both('changes profiles as well'));
  });

  it('is no table of the same name in another schema, or on another target', () => {
    const users = changing('a', [index('users')]);
    expect(found(users, changing('b', [index('users')], 'audit'))).toEqual(both('nothing'));
    const elsewhere = { ...changing('b', [index('users')]), target: 'other' };
    expect(found(users, elsewhere)).toEqual(both('nothing'));
  });

  it('is a foreign key of which one changes a column, while the other works at its other end', () => {
    const key: Bond = {
      kind: 'foreign key',
      name: 'orders_user_id_fkey',
      ends: [
        { schema: 'public', table: 'orders', columns: ['user_id'] },
        { schema: 'public', table: 'users', columns: ['id'] },
      ],
    };
    const words = 'works on what foreign key orders_user_id_fkey ties to it as well';
    const orders = changing('b', [index('orders')]);
    expect(found(changing('a', [retyped('users', 'id')]), orders, [key])).toEqual(both(words));
    expect(found(changing('a', [retyped('users', 'plan')]), orders, [key])).toEqual(
      both('nothing'),
    );
  });

  it('is the table that a new foreign key leads to, which making it locks', () => {
    const key: Operation = {
      operation: 'addForeignKey',
      table: 'orders',
      name: 'orders_user_fkey',
      columns: ['user_id'],
      references: { schema: null, table: 'users', columns: ['id'] },
      onDelete: 'no action',
      onUpdate: 'no action',
      enforce: 'contract',
    };
    const words = 'works on what foreign key orders_user_fkey ties to it as well';
    expect(found(changing('a', [key]), changing('b', [index('users')]))).toEqual(both(words));
  });

  it('is a view of which both change what it reads', () => {
    const view: Bond = {
      kind: 'view',
      name: 'bills',
      ends: [
        { schema: 'public', table: 'orders', columns: ['total'] },
        { schema: 'public', table: 'users', columns: ['plan'] },
      ],
    };
    const users = changing('a', [retyped('users', 'plan')]);
    const words = 'works on what view bills ties to it as well';
    expect(found(users, changing('b', [retyped('orders', 'total')]), [view])).toEqual(both(words));
    expect(found(users, changing('b', [retyped('orders', 'id')]), [view])).toEqual(both('nothing'));
  });

  it('is units of rings of one service, and never what the hash draws', () => {
    const rings = [{ name: 'internal', units: ['acme', 'beta'] }];
    const [a, b] = [policyNamed('a', { rings }), policyNamed('b', { rings })];
    expect(found(a, b)).toEqual(both('has acme, beta in a ring of users-api as well'));
    expect(found(a, policyNamed('b'))).toEqual(both('nothing'));
    expect(found(a, { ...b, services: [{ name: 'billing', atLeast: 1 }] })).toEqual(
      both('nothing'),
    );
    expect(found(a, { ...b, unit: { ...b.unit, key: 'userId' } })).toEqual(both('nothing'));
    expect(found(a, { ...b, route: 'none' })).toEqual(both('nothing'));
    const unused = b.steps.filter(({ kind }) => kind !== 'ring');
    expect(found(a, { ...b, steps: unused })).toEqual(both('nothing'));
  });
});
