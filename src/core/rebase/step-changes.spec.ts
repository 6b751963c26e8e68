import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { Step } from '../policy/step.ts';
import { type Reached, stepChanges } from './step-changes.ts';

const at = (name: Step['kind'], nth = 0): number =>
  examplePolicy.steps.map(({ kind }, index) => (kind === name ? index : -1)).filter((i) => i >= 0)[
    nth
  ] ?? -1;
const share25 = at('share');
const share90 = at('share', 1);

function changed(index: number, change: object): Policy {
  const step = { ...examplePolicy.steps[index], ...change } as Step;
  return { ...examplePolicy, steps: examplePolicy.steps.with(index, step) };
}

function changesOf(next: Policy, reached: Reached = share25, running: Policy = examplePolicy) {
  const { changes, immovable } = stepChanges(running, next, reached);
  expect(immovable).toEqual([]);
  return changes;
}

describe('steps that are done, and the present one', () => {
  it.each<[string, Policy]>([
    ['`share 30%` stands where `share 25%` is under way', changed(share25, { percent: 30 })],
    [
      '`shadow` is done and stays as it is: bake 2s instead of 3s',
      changed(at('shadow'), { bakeMs: 2_000 }),
    ],
    [
      'nothing stands where `share 25%` is under way',
      { ...examplePolicy, steps: examplePolicy.steps.slice(0, share25) },
    ],
    [
      '`shadow` stands where `verify` is done',
      { ...examplePolicy, steps: examplePolicy.steps.toSpliced(at('verify'), 1) },
    ],
  ])('stay as they are: %s', (words, next) => {
    const { changes, immovable } = stepChanges(examplePolicy, next, share25);
    expect(immovable[0]?.words).toBe(words);
    expect(changes).toEqual([]);
  });

  it('name the place where the newer revision says otherwise', () => {
    const { immovable } = stepChanges(examplePolicy, changed(share25, { percent: 30 }), share25);
    expect(immovable).toMatchObject([{ path: ['steps', share25] }]);
  });

  it('leaves free how long, for what and for whom the present one waits', () => {
    const approval = { role: 'approver', quorum: 1, expiresMs: 1_000 } as const;
    const next = changed(share25, {
      bakeMs: 9_000,
      patienceMs: 90_000,
      require: 'proven',
      approval,
    });
    expect(changesOf(next)).toMatchObject([{ path: ['steps', share25], loosens: false }]);
  });

  it('leaves work on the target and contract as they are once they are under way', () => {
    const backfill = changed(at('backfill'), { batchTimeMs: 50 });
    expect(stepChanges(examplePolicy, backfill, at('backfill')).immovable).toHaveLength(1);
    const contract = changed(at('contract'), { approve: 'admin' });
    expect(stepChanges(examplePolicy, contract, at('contract')).immovable).toHaveLength(1);
    const shadow = changed(at('shadow'), { sample: 0.5 });
    expect(stepChanges(examplePolicy, shadow, at('shadow')).immovable).toHaveLength(1);
  });

  it('are none before the rollout has begun', () => {
    const next = { ...examplePolicy, steps: examplePolicy.steps.toSpliced(at('shadow'), 1) };
    expect(changesOf(next, null)).toMatchObject([{ words: 'shadow is gone', loosens: true }]);
  });
});

describe('steps to come', () => {
  const approved = changed(share90, {
    approval: { role: 'approver', quorum: 2, expiresMs: 1_000 },
  });
  const asks = (approval: object): Policy => changed(share90, { approval });

  it.each<[string, Policy, boolean, Policy?]>([
    ['a shorter bake', changed(share90, { bakeMs: 1_000 }), true],
    ['a longer bake', changed(share90, { bakeMs: 9_000 }), false],
    ['less patience', changed(share90, { patienceMs: 1_000 }), false],
    ['less proof', changed(share90, { require: 'notWorse' }), true],
    ['a shorter soak', changed(at('soak'), { forMs: 1_000 }), true],
    ['less time in the trash', changed(at('contract'), { trashForMs: 1_000 }), true],
    ['contract asked of an admin', changed(at('contract'), { approve: 'admin' }), false],
    ['an approval that is gone', examplePolicy, true, approved],
    ['an approval that is new', approved, false],
    ['fewer who agree', asks({ role: 'approver', quorum: 1, expiresMs: 1_000 }), true, approved],
    ['others who agree', asks({ role: 'operator', quorum: 2, expiresMs: 1_000 }), true, approved],
    [
      'a word that is good for longer',
      asks({ role: 'admin', quorum: 2, expiresMs: 2_000 }),
      true,
      approved,
    ],
    ['more who agree', asks({ role: 'admin', quorum: 3, expiresMs: 500 }), false, approved],
  ])('know whether %s loosens', (_, next, loosens, running = examplePolicy) => {
    expect(changesOf(next, share25, running)).toMatchObject([{ loosens }]);
  });

  it('say which may be left out and which are new', () => {
    const gone = { ...examplePolicy, steps: examplePolicy.steps.toSpliced(share90, 1) };
    expect(changesOf(gone)).toMatchObject([{ words: 'share 90% is gone', loosens: true }]);
    expect(changesOf(examplePolicy, share25, gone)).toMatchObject([
      { words: 'share 90% is new', path: ['steps', share90], loosens: false },
    ]);
  });

  it('take contract for what it is: new it takes the way back away, gone it leaves it', () => {
    const without = { ...examplePolicy, steps: examplePolicy.steps.slice(0, -1) };
    expect(changesOf(examplePolicy, share25, without)).toMatchObject([{ loosens: true }]);
    expect(changesOf(without)).toMatchObject([{ words: 'contract is gone', loosens: false }]);
  });

  it('may be taken away with their gate by whom the gate would have asked', () => {
    expect(changesOf(examplePolicy, share25, approved)).toMatchObject([{ role: 'approver' }]);
    const gone = { ...approved, steps: approved.steps.toSpliced(share90, 1) };
    expect(changesOf(gone, share25, approved)).toMatchObject([{ role: 'approver' }]);
    expect(changesOf(changed(share90, { bakeMs: 1 }))[0]).not.toHaveProperty('role');
    const admin = changed(at('contract'), { approve: 'admin' });
    expect(changesOf(examplePolicy, share25, admin)).toMatchObject([
      { loosens: true, role: 'admin' },
    ]);
  });

  it('say when their order changes', () => {
    const running = { ...examplePolicy, rings: [], steps: [...examplePolicy.steps] };
    const steps = running.steps.with(share90, running.steps[share90 + 1] as Step);
    const next = { ...running, steps: steps.with(share90 + 1, running.steps[share90] as Step) };
    expect(changesOf(next)).toMatchObject([
      { loosens: true, words: expect.stringContaining('share 100%, share 90%') },
    ]);
  });
});

describe('a shadow step to come', () => {
  const shadow = at('shadow');
  const drilled = (drill: object): Policy => changed(shadow, { drill });

  it.each<[string, Policy, Policy, boolean]>([
    ['no drill any more', drilled({ unit: 'a' }), examplePolicy, true],
    [
      'a drill that may be older',
      drilled({ unit: 'a' }),
      drilled({ unit: 'a', maxAgeMs: 5 }),
      true,
    ],
    ['another unit', drilled({ unit: 'a' }), drilled({ unit: 'b' }), false],
    ['a smaller sample', examplePolicy, changed(shadow, { sample: 0.1 }), true],
  ])('knows whether %s loosens', (_, running, next, loosens) => {
    expect(changesOf(next, at('verify'), running)).toMatchObject([{ loosens }]);
  });

  it('knows when the backfill presses harder, or at other hours', () => {
    const during = [{ days: [], from: 0, to: 60, timezone: 'UTC' }];
    const backfill = at('backfill');
    const kept = changed(backfill, { during });
    const loosens = (running: Policy, next: Policy) => changesOf(next, 0, running)[0]?.loosens;
    expect(loosens(examplePolicy, changed(backfill, { batchTimeMs: 500 }))).toBe(true);
    expect(loosens(examplePolicy, kept)).toBe(false);
    expect(loosens(kept, examplePolicy)).toBe(true);
  });
});
