import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { Decision } from '../../core/rollout/decision.ts';
import { judgeStepOf } from '../../core/rollout/judge-step-of.ts';
import type { DecisionRecord } from '../../core/rollout/replay.ts';
import { replayText } from './replay-text.ts';

const { rollout } = new SimulatedWorld();
const look = { paint: (_: string, text: string) => text, timeZone: 'UTC' };
const decision: Decision = {
  action: 'rollback',
  from: 'running',
  to: 'rolling_back',
  step: 'share 25%',
  reason: 'guard errors: evidence for harm 400 to 1',
  by: 'crossfade',
  at: 0,
  measurements: [],
  version: 1,
};
const record: DecisionRecord = {
  seq: 12,
  fence: 40,
  before: 11,
  follows: 39,
  policy: examplePolicy,
  decision,
  checkpoint: {
    rollout,
    memory: null,
    seen: {
      flag: null,
      instances: [],
      jobs: [],
      routeRow: null,
      targetError: null,
      commands: [],
    },
  },
  input: {
    now: 3_600_000,
    step: judgeStepOf(examplePolicy, rollout),
    startedAt: 0,
    settledAt: null,
    evidence: null,
    newestAt: null,
    health: null,
    metrics: [],
  },
};
const same = { decision, differences: [], otherVersions: [] };

describe('replayText', () => {
  it('says in the first line whether it came out the same', () => {
    const text = replayText(record, same, { ticks: 7, differences: [] }, look);
    const [head] = text.split('\n');
    expect(head).toBe(`decision 12 of ${rollout.id}, 01:00:00: the same to the last bit`);
    expect(text).toContain('7 ticks since the decision before judged again: the same');
  });

  it('names each place that differs, then and now', () => {
    const differences = [{ where: 'measurements.0.verdict', stored: 'fail', replayed: 'pass' }];
    const text = replayText(record, { ...same, differences }, null, look);
    expect(text).toContain('NOT the same');
    expect(text).toContain('measurements.0.verdict: "fail" then, "pass" now');
    expect(text).toContain('no longer kept');
  });

  it('says that nothing is decided now where something was decided then', () => {
    const text = replayText(record, { ...same, decision: null }, null, look);
    expect(text).toMatch(/replayed +no decision/);
  });
});
