import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { checkPolicy } from './check-policy.ts';
import { defaultLatency, defaults } from './defaults.ts';
import type { Policy } from './policy.ts';
import { policyWith, share, steps } from '../../../test/support/checked-policy.ts';
import type { Step } from './step.ts';

/** `path: message` of each finding; warnings are marked. */
function findings(changes: Partial<Policy>): string[] {
  return checkPolicy(policyWith(changes)).map(
    ({ path, message, severity }) =>
      `${path.join('.')}: ${severity === 'warning' ? '(warning) ' : ''}${message}`,
  );
}

function plan(...items: readonly (string | Step)[]): { steps: Step[] } {
  return {
    steps: items.flatMap((item) => (typeof item === 'string' ? (steps[item] ?? []) : [item])),
  };
}

const good = [share(95, 'proven'), share(100)] as const;

describe('checkPolicy', () => {
  it('has nothing to say about a good policy', () => {
    expect(findings({})).toEqual([]);
  });

  it('allows a plan that stops before contract, or that routes nobody', () => {
    expect(findings(plan('expand', 'backfill', share(25)))).toEqual([]);
    expect(findings(plan('expand', 'backfill', 'verify'))).toEqual([]);
    expect(findings(plan('expand'))).toEqual([]);
  });
});

describe('a fire drill', () => {
  const shadow = { kind: 'shadow', sample: 1, bakeMs: 1, patienceMs: 1 } as const;
  const drilled: Step = { ...shadow, drill: { unit: 'bigbank' } };

  it('needs a unit that moves, and a step that moves units', () => {
    const before = ['expand', 'backfill'] as const;
    expect(findings(plan(...before, drilled, ...good))).toEqual([]);
    const pinned = { pinned: { old: ['bigbank'], until: 'soak' } } as const;
    expect(findings({ ...plan(...before, drilled, ...good), ...pinned })).toEqual([
      'steps.2.drill: `bigbank` is pinned to the old side, so that no drill can move it',
    ]);
    expect(findings(plan(...before, drilled))).toEqual([
      'steps.2.drill: a drill needs a `ring` or `share` step after it',
    ]);
  });
});

describe('the order of steps', () => {
  it('is fixed', () => {
    expect(findings(plan('expand', 'verify', 'backfill', ...good))).toEqual([
      'steps.2: `backfill` cannot come after `verify`; the order is rehearse, expand, backfill, verify, shadow, ring, share, soak, contract',
    ]);
  });

  it('has each step once, rings and shares apart', () => {
    expect(findings(plan('expand', 'expand', 'backfill', ...good, 'soak', 'soak'))).toEqual([
      'steps.1: `expand` is given twice; keep one',
      'steps.6: `soak` is given twice; keep one',
    ]);
  });

  it('needs expand, and backfill before anybody reads the new shape', () => {
    expect(findings(plan('shadow'))).toEqual([
      'steps: the plan needs an `expand` step; write `expand: {}` first',
      'steps.0: `shadow` reads the new shape; write `backfill: {}` before it',
    ]);
  });

  it('needs everybody on the new side before soak and contract', () => {
    expect(findings(plan('expand', 'backfill', share(50, 'proven'), 'soak'))).toEqual([
      'steps.3: `soak` serves everybody from the new side; write `share: { to: 100% }` before it',
    ]);
  });
});

describe('shares', () => {
  it('rise', () => {
    expect(findings(plan('expand', 'backfill', share(25), share(25), share(10)))).toEqual([
      'steps.3.share.to: shares must rise: 25% follows 25%',
      'steps.4.share.to: shares must rise: 10% follows 25%',
    ]);
  });

  it('leave somebody to compare with, while a guard compares', () => {
    const everybody = plan('expand', 'backfill', share(100));
    expect(findings(everybody)).toEqual([
      'steps.2.share.to: nobody is left to compare with: a share below 100% must come first',
    ]);
    expect(findings({ ...everybody, guards: [] })).toEqual([]);
  });

  it('cannot be proven at 100%', () => {
    expect(findings(plan('expand', 'backfill', share(50), share(100, 'proven')))).toEqual([
      'steps.3.share.require: `proven` cannot be shown at 100%, where no baseline remains',
    ]);
  });

  it('pass whenever they rise strictly and start below 100%', () => {
    const rising = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1 });
    fc.assert(
      fc.property(rising, (percents) => {
        const shares = percents.toSorted((a, b) => a - b).map((percent) => share(percent));
        expect(findings(plan('expand', 'backfill', ...shares, share(100)))).toEqual([]);
      }),
    );
  });
});

describe('contract', () => {
  it('stands on a share that is proven', () => {
    expect(findings(plan('expand', 'backfill', share(95), share(100), 'contract'))).toEqual([
      'steps.4: `contract` needs a proof: a share step below 100% must say `require: proven` or leave `require` out',
    ]);
  });

  it('stands on a guard that compares', () => {
    const guards: Policy['guards'] = [
      { name: 'locks', threshold: 'lock_wait', maxMs: 500, failAfter: defaults.failAfter },
    ];
    expect(findings({ guards })).toEqual([
      'steps.8: `contract` needs a proof, and no guard compares; write at least `guards: [errors]`',
    ]);
  });

  it('waits for soak to release the pinned', () => {
    const pinned: Policy['pinned'] = { old: ['bigbank'], until: 'soak' };
    expect(findings({ pinned })).toEqual([]);
    expect(findings({ pinned, ...plan('expand', 'backfill', ...good, 'contract') })).toEqual([
      'pinned: pinned units are released at `soak`, which the plan lacks before `contract`',
    ]);
  });
});

describe('rings', () => {
  const rings = [{ name: 'internal', units: ['a', 'b'] }];
  const released = plan('expand', 'backfill', 'ring', ...good);

  it('are released by a step each', () => {
    expect(findings({ rings, ...released })).toEqual([]);
    expect(findings({ rings })).toEqual([
      'rings.0.name: (warning) no step releases ring `internal`; it has no effect',
    ]);
    expect(findings(released)).toEqual([
      'steps.2.ring.name: there is no ring `internal`; none is defined',
    ]);
  });

  it('are named once and released once', () => {
    const twice = plan('expand', 'backfill', 'ring', 'ring', ...good);
    expect(findings({ rings: [...rings, { name: 'internal', units: ['c'] }], ...twice })).toEqual([
      'rings.1.name: ring `internal` is defined twice',
      'steps.3.ring.name: ring `internal` is released twice',
    ]);
  });

  it('hold each unit in one place', () => {
    const pinned: Policy['pinned'] = { old: ['a'], until: 'soak' };
    const repeated = [{ name: 'internal', units: ['b', 'a', 'b'] }];
    expect(findings({ rings: repeated, pinned, ...released })).toEqual([
      'rings.0.units.1: unit `a` is already pinned to the old side',
      'rings.0.units.2: unit `b` is already in ring `internal`',
    ]);
  });
});

describe('guards', () => {
  it('are named once', () => {
    const guard = { name: 'errors', compare: 'errors', tolerate: defaults.errors } as const;
    expect(findings({ guards: [guard, guard] })).toEqual([
      'guards.1: guard `errors` is defined twice; give it another `name`',
    ]);
  });

  it('are not named as the watch over the old side is', () => {
    const guard = { name: 'baseline', compare: 'errors', tolerate: defaults.errors } as const;
    expect(findings({ guards: [guard] })).toEqual([
      'guards.0: `baseline` is the watch over the old side; give the guard another `name`',
    ]);
  });
});

describe('a short history', () => {
  const evidence = { ...defaults.evidence, historyMs: 599_999 };

  it('is no matter from 10 minutes on', () => {
    expect(findings({ evidence: { ...evidence, historyMs: 600_000 } })).toEqual([]);
  });

  it('needs wider tolerances, each guard its own', () => {
    expect(findings({ evidence })).toEqual([
      'evidence.history: less than 10m of history needs tolerances wider than the defaults; widen `errors` and `latency`',
    ]);
  });

  it('is a warning when they are wider', () => {
    const guards: Policy['guards'] = [
      { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.02 } },
      {
        name: 'latency',
        compare: 'latency',
        tolerate: defaultLatency.map((usual) => ({ ...usual, part: usual.part * 2 })),
      },
    ];
    expect(findings({ evidence, guards })).toEqual([
      'evidence.history: (warning) less than 10m of history: small harm will not be told from noise',
    ]);
  });

  it('is refused as long as one quantile keeps its default', () => {
    const tolerate = defaultLatency.map((usual, index) =>
      index === 2 ? usual : { ...usual, part: 1 },
    );
    const guards: Policy['guards'] = [{ name: 'slow', compare: 'latency', tolerate }];
    expect(findings({ evidence, guards })).toHaveLength(1);
    expect(findings({ evidence, guards })[0]).toContain('widen `slow`');
  });
});

describe('operations', () => {
  const add = (column: string, fed: string) =>
    ({
      operation: 'addColumn',
      table: 'users',
      column,
      type: 'date',
      up: fed,
      down: { [fed]: column },
    }) as const;

  it('say beforehand what a declared loss means for a rollback', () => {
    const migration = policyWith().schemaMigration;
    const operations = [
      { ...add('a', 'x'), lossy: 'down' as const },
      { ...add('b', 'y'), lossy: 'up' as const },
    ];
    expect(findings({ schemaMigration: { ...migration, operations } })).toEqual([
      'schemaMigration.operations.0.addColumn.lossy: (warning) from the first unit on the new side on, a rollback leaves the old version with what `down` makes of users.a; the new value stays in its own column',
    ]);
  });

  it.each(['x', 'coalesce(a, x)', 'coalesce(a, "x")', 'upper(x)'])(
    'refuse a declared loss whose down, `%s`, would keep every row from being filled',
    (down) => {
      const migration = policyWith().schemaMigration;
      const operations = [{ ...add('a', 'x'), down: { x: down }, lossy: 'down' as const }];
      expect(findings({ schemaMigration: { ...migration, operations } })).toContainEqual(
        expect.stringMatching(
          /^schemaMigration\.operations\.0\.addColumn\.down\.x: with `lossy` no row would be filled/,
        ),
      );
    },
  );

  it.each(['a::text', `coalesce(a, '')`, `jsonb_set(x, '{a}', coalesce(to_jsonb(a), 'null'))`])(
    'take a declared loss whose down is `%s`',
    (down) => {
      const migration = policyWith().schemaMigration;
      const operations = [{ ...add('a', 'x'), down: { x: down }, lossy: 'down' as const }];
      const found = findings({ schemaMigration: { ...migration, operations } });
      expect(found.filter((one) => one.includes('no row would be filled'))).toEqual([]);
    },
  );

  it('say beforehand how far the way back leads', () => {
    const migration = policyWith().schemaMigration;
    const operations = [{ ...add('a', 'x'), reversible: { while: 'a < 9' } }];
    expect(findings({ schemaMigration: { ...migration, operations } })).toEqual([
      'schemaMigration.operations.0.addColumn.reversible: (warning) reversible while a < 9 in every row of users.a: the first row past that freezes the rollout, and from then on a rollback would lose data',
    ]);
  });

  it('say that a statement may write a new column and the rest of the old one', () => {
    const migration = policyWith().schemaMigration;
    const operations = [{ ...add('a', 'x'), down: { x: `jsonb_set(x, '{a}', to_jsonb(a))` } }];
    expect(findings({ schemaMigration: { ...migration, operations } })).toEqual([
      'schemaMigration.operations.0.addColumn: (warning) the new version sees users.x as well: where one statement changes it and a differently, the side decides that the transaction declares by `SET LOCAL crossfade.side`, else the new column',
    ]);
  });

  it('add a column once and feed a column once', () => {
    const migration = policyWith().schemaMigration;
    const operations = [add('a', 'x'), add('a', 'y'), add('b', 'x'), add('c', 'y')];
    expect(findings({ schemaMigration: { ...migration, operations } })).toEqual([
      'schemaMigration.operations.1.addColumn.column: column `users.a` is added by an earlier operation',
      'schemaMigration.operations.2.addColumn.down.x: column `users.x` is added or fed by an earlier operation',
      'schemaMigration.operations.3.addColumn.down.y: column `users.y` is added or fed by an earlier operation',
    ]);
  });
});
