import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import type { TargetCheckView } from '../../core/protocol/target-view.ts';
import type { OnTarget } from '../target-inspection.ts';
import { examineTargets } from './examine-targets.ts';

describe('a look at targets', () => {
  it('minds what the policies that are looked at would run into, and nobody else', async () => {
    const { schemaMigration } = examplePolicy;
    const known = (name: string): OnTarget => ({
      migration: { ...schemaMigration, name },
      backup: null,
      unitTable: null,
    });
    const asked: (string | undefined)[] = [];
    const inspection = {
      check: (target: string, all: readonly OnTarget[]): Promise<TargetCheckView> => {
        asked.push(...all.map(({ migration }) => migration?.name));
        return Promise.resolve({ target, version: '18.4', role: 'r', checks: [] });
      },
      grants: (target: string) => Promise.resolve({ target, role: 'r', grants: [] }),
    };
    const all = [known('another'), known(schemaMigration.name)];
    const [row] = await examineTargets(inspection, () => Promise.resolve(all)).look({
      policies: [examplePolicy],
      targets: ['users-db'],
      providers: [],
    });
    expect(row?.standing).toBe('ok');
    expect(asked).toEqual([schemaMigration.name]);
  });
});
