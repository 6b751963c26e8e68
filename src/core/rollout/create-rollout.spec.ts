import { expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { createRollout } from './create-rollout.ts';
import type { ObservedFlag } from './observations.ts';
import { personsEdit } from './persons-edit.ts';

/** The flag as `ann` left it at this revision, when an earlier attempt went on. */
function leftByAnn(revision: number): ObservedFlag {
  const { spec } = createRollout(examplePolicy, 'users-1', 1, 0).route;
  const route = { ...spec, migration: 'users-birthdate', revision, enabled: false };
  return { version: null, changedBy: 'ann', changedAt: 0, route } as unknown as ObservedFlag;
}

it('whoever starts an attempt has answered what people did to the flag before, and nothing after', () => {
  const { overrideRevision } = createRollout(examplePolicy, 'users-2', 2, 0, 7);
  expect(personsEdit(leftByAnn(7), overrideRevision ?? 0)).toBeNull();
  expect(personsEdit(leftByAnn(8), overrideRevision ?? 0)).toMatchObject({ changedBy: 'ann' });
});
