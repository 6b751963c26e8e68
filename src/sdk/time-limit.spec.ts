import { describe, expect, it, jest } from '@jest/globals';
import { clientInStage, failing } from '../../test/support/client-in-stage.ts';
import { ManualTiming, settle } from '../../test/support/manual-timing.ts';
import { routeOf } from '../../test/support/route-of.ts';
import { within } from './time-limit.ts';
import { systemTiming } from './timing.ts';
import type { Cancel } from './timing.ts';

/** A closure that ends when the spec says so. */
function pending() {
  let answer = (_value: string): void => {};
  let fail = (_error: Error): void => {};
  const ending = new Promise<string>((resolve, reject) => {
    answer = resolve;
    fail = reject;
  });
  return { run: () => ending, answer, fail };
}

/** Requests and failures reported so far, whatever the tick. */
function total(evidence: readonly { units: readonly { requests: number; failed: number }[] }[]) {
  const units = evidence.flatMap((batch) => batch.units);
  const sum = (of: (unit: { requests: number; failed: number }) => number): number =>
    units.reduce((whole, unit) => whole + of(unit), 0);
  return { requests: sum((unit) => unit.requests), failed: sum((unit) => unit.failed) };
}

describe('a pure read that hangs on the new side in live', () => {
  it('is answered by old after five seconds, and counted as a failure then, and once', async () => {
    const { read, timing, evidence, transport } = await clientInStage('live');
    const slow = pending();
    const answer = read({ pure: true, new: slow.run });
    await timing.advance(4_999);
    expect(total(transport.reports.flatMap((report) => report.evidence)).requests).toBe(0);
    await timing.advance(1);
    expect(await answer).toBe('same');
    expect(total(await evidence())).toEqual({ requests: 1, failed: 1 });
    slow.answer('late');
    await settle();
    const all = await evidence();
    expect(total(all)).toEqual({ requests: 1, failed: 1 });
    expect(all[0]).toMatchObject({ fallbacks: 1, served: { old: 1, new: 0 }, latency: [] });
  });

  it('is counted even when old hangs as well; whichever answers first is the answer', async () => {
    const { read, timing, evidence } = await clientInStage('live');
    const [slow, old] = [pending(), pending()];
    const answer = read({ pure: true, new: slow.run, old: old.run });
    await timing.advance(5_000);
    expect(total(await evidence())).toEqual({ requests: 1, failed: 1 });
    slow.answer('late');
    expect(await answer).toBe('late');
    old.answer('later');
    await settle();
    const last = (await evidence()).at(-1);
    expect(last).toMatchObject({ units: [], fallbacks: 0, served: { old: 0, new: 1 } });
  });

  it('fails as old does when neither can answer, and leaves no rejection behind', async () => {
    const { read, timing } = await clientInStage('live');
    const slow = pending();
    const answer = read({ pure: true, new: slow.run, old: failing });
    const told = answer.catch((error: unknown) => error);
    await timing.advance(5_000);
    expect(await told).toMatchObject({ message: 'column birthdate does not exist' });
    slow.fail(new Error('too late to matter'));
    await settle();
  });

  it('keeps no rollback waiting once its caller has an answer', async () => {
    const { read, timing, transport } = await clientInStage('live');
    const answer = read({ pure: true, new: pending().run });
    await timing.advance(1_000);
    transport.push(routeOf({ revision: 6, baseStage: 'off', canaryStage: 'off' }));
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ draining: 1 });
    await timing.advance(4_000);
    await answer;
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ draining: 0 });
  });
});

describe('an operation that takes long and cannot be repeated', () => {
  it.each([
    ['a write on the new side', 'live', 'canary', 'write', false],
    ['a read that is not pure', 'live', 'canary', 'read', false],
    ['a pure read without a way back', 'rampdown', 'canary', 'read', true],
    ['a write on the old side', 'shadow', 'baseline', 'write', false],
    ['a read on the old side', 'off', 'baseline', 'read', true],
  ] as const)('%s counts as failed at the limit, and keeps its result', async (...given) => {
    const [, stage, cohort, operation, pure] = given;
    const { client, birthdate, timing, evidence, calls } = await clientInStage(stage);
    const slow = pending();
    const sides = { pure, old: slow.run, new: slow.run };
    const answer = client.withUnit('t1', () => birthdate[operation](sides));
    await timing.advance(5_000);
    const counted = await evidence();
    expect(total(counted)).toEqual({ requests: 1, failed: 1 });
    expect(counted.flatMap(({ units }) => units)[0]).toMatchObject({ unit: 't1', cohort });
    slow.answer('stored');
    expect(await answer).toBe('stored');
    const all = await evidence();
    expect(total(all)).toEqual({ requests: 1, failed: 1 });
    expect(all.flatMap(({ latency }) => latency)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('passes its own error on, however late', async () => {
    const { client, birthdate, sides, timing } = await clientInStage('live');
    const slow = pending();
    const write = client.withUnit('t1', () => birthdate.write({ ...sides, new: slow.run }));
    await timing.advance(60_000);
    slow.fail(new Error('could not serialize access'));
    await expect(write).rejects.toThrow('could not serialize');
  });
});

describe('the limit', () => {
  it('is the option, or what the call says of itself', async () => {
    const { read, timing } = await clientInStage('live', {}, { operationLimitMs: 100 });
    const hang = { pure: true, new: pending().run };
    const answers: string[] = [];
    void read(hang).then(() => answers.push('option'));
    void read({ ...hang, limitMs: 300 }).then(() => answers.push('call'));
    void read({ ...hang, limitMs: Infinity }).then(() => answers.push('never'));
    await timing.advance(100);
    expect(answers).toEqual(['option']);
    await timing.advance(200);
    expect(answers).toEqual(['option', 'call']);
    await timing.advance(60_000);
    expect(answers).toEqual(['option', 'call']);
  });
});

describe('within', () => {
  it('takes what lay ready while this process did not run for in time', async () => {
    const answer = pending();
    /** After a pause Node runs timers first and reads what has arrived next. */
    class PausedTiming extends ManualTiming {
      override after(ms: number, run: () => void): Cancel {
        return super.after(ms, () => {
          run();
          answer.answer('ready');
        });
      }
    }
    const timing = new PausedTiming();
    const ended = within(timing, 5_000, answer.run());
    await timing.advance(5_000);
    expect(await ended).toBe('ready');
  });

  it('has no end for a limit beyond what a Node timer can count', async () => {
    jest.useFakeTimers();
    try {
      let ran = false;
      systemTiming.after(Infinity, () => {
        ran = true;
      });
      jest.advanceTimersByTime(60_000);
      expect(ran).toBe(false);
    } finally {
      jest.useRealTimers();
    }
  });
});
