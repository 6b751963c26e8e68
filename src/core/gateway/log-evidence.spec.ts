import { describe, expect, it } from '@jest/globals';
import { checkBatch } from '../judge/check-evidence.ts';
import { evidenceOfLog } from './log-evidence.ts';
import type { GatewayLogLine } from './log-evidence.ts';

function line(changes: Partial<GatewayLogLine> = {}): GatewayLogLine {
  return {
    rollout: 'users-birthdate',
    revision: 3,
    side: 'new',
    cohort: 'canary',
    bucket: 7,
    group: 2,
    method: 'GET',
    status: 200,
    seconds: 1,
    at: 1_000,
    ...changes,
  };
}

describe('the evidence of a log', () => {
  it('counts by cohort, kind and bucket; 500 and above is harm, 4xx an answer', () => {
    const [evidence] = evidenceOfLog([
      line(),
      line({ status: 404, at: 900 }),
      line({ status: 500 }),
      line({ method: 'DELETE', status: 204, at: 1_200 }),
      line({ side: 'old', cohort: 'baseline', bucket: null, group: null }),
    ]);
    expect(evidence).toMatchObject({ revision: 3, fromMs: 900, toMs: 1_200, withoutUnit: 1 });
    expect(evidence?.served).toEqual({ old: 1, new: 4 });
    expect(evidence?.units).toEqual([
      { unit: '~bucket-7', cohort: 'canary', operation: 'read', requests: 3, failed: 1 },
      { unit: '~bucket-7', cohort: 'canary', operation: 'write', requests: 1, failed: 0 },
      { unit: '~without-unit', cohort: 'baseline', operation: 'read', requests: 1, failed: 0 },
    ]);
  });

  it('measures what did not fail, by ramp group', () => {
    const [evidence] = evidenceOfLog([line(), line(), line({ status: 503 }), line({ group: 5 })]);
    expect(evidence?.latency).toEqual([
      { cohort: 'canary', operation: 'read', group: 2, buckets: { '-1': 2 } },
      { cohort: 'canary', operation: 'read', group: 5, buckets: { '-1': 1 } },
    ]);
  });

  it('puts into no cohort whom a doubt served, and who hung up', () => {
    const [evidence] = evidenceOfLog([line({ cohort: null }), line({ status: 499 })]);
    expect(evidence).toMatchObject({ units: [], latency: [], served: { old: 0, new: 2 } });
  });

  it('keeps rollouts and revisions apart, and is possible evidence', () => {
    const evidence = evidenceOfLog([line(), line({ revision: 4 }), line({ rollout: 'other' })]);
    expect(evidence.map(({ migration, revision }) => `${migration} ${revision}`)).toEqual([
      'users-birthdate 3',
      'users-birthdate 4',
      'other 3',
    ]);
    for (const batch of evidence) expect(() => checkBatch(batch)).not.toThrow();
    expect(evidenceOfLog([])).toEqual([]);
  });
});
