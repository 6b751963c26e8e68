import { describe, expect, it } from '@jest/globals';
import { comparedTick } from '../../../test/support/compared-tick.ts';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { harmTerms } from '../judge/harm-terms.ts';
import { shareOf, sharesFrom } from '../metrics/budget-shares.ts';
import type { ErrorsGuard, Guard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { type JudgeMemory, judgeTick, sdkConfig, type TickInput } from './judging.ts';
import { rebaseMemory } from './rebase-memory.ts';

const errors: ErrorsGuard = {
  name: 'errors',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0.0005 },
};
const latency: Guard = {
  name: 'latency',
  compare: 'latency',
  tolerate: [{ quantile: 0.9, part: 0.05, atLeastMs: 5 }],
};
const reads: Guard = {
  name: 'reads',
  compare: 'mismatches',
  atMost: 0,
  compared: { atLeast: 1, units: 1 },
};
const locks: Guard = {
  name: 'locks',
  threshold: 'lock_wait',
  maxMs: 500,
  failAfter: { failures: 3, of: 5 },
};
const source = { provider: 'main', bad: 'b', total: 't', intervalMs: 15_000 };
const wider: Guard = { ...errors, tolerate: { ratio: 1.5, add: 0.01 } };

let revision = 0;

/** Another revision with these guards. */
function withGuards(...guards: readonly Guard[]): Policy {
  revision += 1;
  return { ...examplePolicy, revision: `r${revision}`, guards };
}

function after(policy: Policy, ticks: readonly TickInput[], from: JudgeMemory | null = null) {
  const memory = ticks.reduce((known, tick) => judgeTick(policy, known, tick).memory, from);
  if (memory === null) throw new Error('the judge has seen nothing');
  return memory;
}

function moved(memory: JudgeMemory, from: Policy, to: Policy): JudgeMemory {
  const found = rebaseMemory(memory, from, to, 5_000);
  if (found === null) throw new Error('the memory is gone');
  return found;
}

const harmed = [1, 2, 3].map((second) => comparedTick(1_000 * second, { canary: 3, baseline: 2 }));
const running = withGuards(errors, latency, reads, locks);

describe('a guard that is the same', () => {
  it('keeps all that is known of it to the last bit, also in another place', () => {
    const memory = after(running, harmed);
    const to = withGuards(locks, reads, latency, { ...errors, onFail: 'hold' });
    const found = moved(memory, running, to);
    expect(found.judge.guards).toEqual(memory.judge.guards.toReversed());
    expect(found.judge.step?.notWorse).toEqual(memory.judge.step?.notWorse.toReversed());
    const { guards: _g, step: _s, ...judge } = found.judge;
    expect(memory.judge).toMatchObject(judge);
    expect(found.thresholds).toEqual(memory.thresholds);
    expect(found).not.toHaveProperty('shares');
  });

  it('is judged on as though nothing had been changed', () => {
    const memory = after(running, harmed);
    const to = { ...running, revision: 'other', onFail: 'hold' as const };
    const more = [4, 5].map((second) => comparedTick(1_000 * second, { canary: 9 }));
    expect(after(to, more, moved(memory, running, to))).toEqual(after(running, more, memory));
  });
});

describe('a guard that is another', () => {
  const memory = after(running, harmed);
  const to = withGuards(wider, latency, reads, { ...locks, maxMs: 1 });
  const found = moved(memory, running, to);

  it('begins with nothing, and with it what the step has counted', () => {
    expect(memory.judge.guards[0]).not.toEqual(found.judge.guards[0]);
    expect(found.judge.guards[0]).toEqual(
      moved(memory, running, withGuards(wider)).judge.guards[0],
    );
    expect(found.judge.guards.slice(1)).toEqual(memory.judge.guards.slice(1));
    expect(found.judge.step).toMatchObject({ index: 4, sinceRevision: 1, firstAt: null });
    expect(found.judge.step?.canary.requests).toBe(0);
    expect(found.judge.step?.notWorse[0]).toEqual([]);
    expect(found.judge.step?.notWorse[1]).toEqual(memory.judge.step?.notWorse[1]);
    expect(found.thresholds).toEqual({});
  });

  it('is judged from the next tick on', () => {
    const { measurements } = judgeTick(to, found, comparedTick(4_000));
    expect(measurements.map(({ verdict }) => verdict)).not.toContain('providerError');
    expect(measurements[0]?.reason).toContain('of 300 requests failed on the new side');
  });

  it('takes its failure with it, and leaves those of the others', () => {
    const failed = after(running, [
      comparedTick(1_000, { canary: 200 }),
      comparedTick(2_000, { canary: 200 }),
    ]);
    expect(failed.judge.failures).toMatchObject([{ guard: 'errors' }]);
    expect(moved(failed, running, to).judge.failures).toEqual([]);
    expect(moved(failed, running, withGuards(errors)).judge.failures).toHaveLength(1);
  });
});

describe('the budget for false rollbacks', () => {
  const memory = after(running, harmed);
  const worthOf = ({ judge, shares }: JudgeMemory, policy: Policy): number => {
    const config = sdkConfig(policy, shares);
    const part = config.evidence.falseRollbackBudget / policy.evidence.falseRollbackBudget;
    const terms = harmTerms(judge, config);
    return part * terms.reduce((sum, { weight, log }) => sum + weight * Math.exp(log), 0);
  };

  it('is worth no more after a rebase than before, however often guards come and go', () => {
    let [policy, known] = [running, memory];
    for (let turn = 0; turn < 12; turn += 1) {
      const tick = comparedTick(10_000 + 1_000 * turn, { canary: turn % 3, baseline: 1 });
      known = after(policy, [tick], known);
      const guards = turn % 2 === 0 ? [wider, latency, reads] : [errors, reads];
      const next = withGuards(...guards);
      const before = worthOf(known, policy);
      known = moved(known, policy, next);
      policy = next;
      expect(worthOf(known, policy)).toBeLessThanOrEqual(before * (1 + 1e-9));
    }
    const share = shareOf(known.shares ?? sharesFrom(policy), 'errors');
    expect(share).toBeLessThan(shareOf(sharesFrom(policy), 'errors'));
  });

  it('is divided anew while nothing has been bet', () => {
    const fresh = { ...memory, judge: { ...memory.judge, exposed: false } };
    expect(moved(fresh, running, withGuards(wider))).not.toHaveProperty('shares');
    expect(moved(memory, running, withGuards(wider)).shares?.guards['errors']).toBeLessThan(1);
  });

  it('needs more evidence of a guard that has less of it', () => {
    const two = withGuards(errors, { ...errors, name: 'twin' });
    const before = after(two, harmed);
    const found = moved(before, two, withGuards(errors, { ...wider, name: 'twin' }));
    const terms = (known: JudgeMemory, policy: Policy) =>
      harmTerms(known.judge, sdkConfig(policy, known.shares));
    expect(terms(found, two)[0]?.log).toBe(terms(before, two)[0]?.log);
    expect(found.shares?.guards['errors']).toBe(0.5);
    expect(found.shares?.guards['twin']).toBeLessThan(0.5);
  });

  it('covers guards with a source of their own as well', () => {
    const http: Guard = { ...errors, name: 'http', source };
    const both = withGuards(errors, http);
    const known = after(both, harmed);
    const { shares } = moved(
      known,
      both,
      withGuards(errors, { ...http, tolerate: { ratio: 2, add: 1 } }),
    );
    expect(shares?.guards).toEqual({ errors: 0.5, http: 0.5 });
  });
});

describe('what was observed before', () => {
  it('says nothing to a metric guard that came later', () => {
    const http: Guard = { ...errors, name: 'http', source };
    const found = moved(after(running, harmed), running, withGuards(errors, http));
    expect(found.metrics?.seenAt).toEqual({ http: 5_000 });
    expect(found.metrics?.sources['http']).toMatchObject({ acting: null, countedUntil: 5_000 });
  });

  it('is not touched in a judge that cannot go on, and where nothing was seen', () => {
    const memory = after(running, harmed);
    const old = { ...memory, judge: { ...memory.judge, version: 0 } };
    expect(rebaseMemory(old, running, withGuards(wider), 0)).toBe(old);
    expect(rebaseMemory(null, running, withGuards(wider), 0)).toBeNull();
    expect(rebaseMemory(memory, running, running, 0)).toBe(memory);
  });
});
