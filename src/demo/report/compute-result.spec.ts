import { describe, expect, it } from '@jest/globals';
import type { DecisionView } from '../control-plane/views.ts';
import type { ServiceFigures } from '../users-service/service-record.ts';
import { computeResult } from './compute-result.ts';
import type { Evidence } from './compute-result.ts';

const rollback: DecisionView = {
  seq: 1,
  at: 6_000,
  action: 'rollback',
  from: 'running',
  to: 'rolling_back',
  step: 'share 25%',
  reason: 'at share 25%: errors: 9 of 80 failed',
  guards: [
    { guard: 'latency', verdict: 'fail' },
    { guard: 'errors', verdict: 'fail' },
  ],
};

function service(figures: Partial<ServiceFigures>): ServiceFigures {
  return {
    served: { old: 0, new: 0 },
    newReadsFailed: 0,
    firstFaultAt: null,
    lastServedByNewAt: null,
    lastUsedNewAt: null,
    ...figures,
  };
}

function evidence(changes: Partial<Evidence>): Evidence {
  const rollout = { phase: 'rolled_back', exposure: { peak: 25 } } as Evidence['rollout'];
  const load = { requests: 9, failed: 1, served: { old: 8, new: 0 }, writes: [], expectations: [] };
  return {
    scenario: 'errors',
    startedAt: 1_000,
    endedAt: 9_000,
    rollout,
    decisions: [rollback],
    services: [service({})],
    load,
    lost: [],
    kills: 0,
    ...changes,
  };
}

describe('computeResult', () => {
  it('counts the fault from the first instance it hit and the arrival from the last one', () => {
    const services = [
      service({ firstFaultAt: 5_500, lastServedByNewAt: 6_100, newReadsFailed: 2 }),
      service({ firstFaultAt: 5_200, lastServedByNewAt: 6_400, newReadsFailed: 1 }),
    ];
    expect(computeResult(evidence({ services }))).toMatchObject({
      faultAtMs: 4_200,
      detectedAtMs: 5_000,
      rollbackArrivedAtMs: 5_400,
      newReadsFailed: 3,
      falseRollback: false,
    });
  });

  it('takes the last comparison for the arrival where the new side never served', () => {
    const services = [service({ firstFaultAt: 5_500, lastUsedNewAt: 6_300 })];
    expect(computeResult(evidence({ services })).rollbackArrivedAtMs).toBe(5_300);
  });

  it('names the guard that decided, of several that failed, and nobody where none did', () => {
    const { reason } = rollback;
    expect(computeResult(evidence({})).decidedBy).toEqual({ guard: 'errors', reason });
    const asked = { ...rollback, reason: 'at share 25%: asked for', guards: [] };
    const { decidedBy } = computeResult(evidence({ decisions: [asked] }));
    expect(decidedBy).toEqual({ guard: null, reason: 'at share 25%: asked for' });
    expect(computeResult(evidence({ decisions: [] })).decidedBy).toBeNull();
  });

  it('calls a rollback false when no fault was active, or not yet', () => {
    const early = [service({ firstFaultAt: 6_001 })];
    expect(computeResult(evidence({})).falseRollback).toBe(true);
    expect(computeResult(evidence({ services: early })).falseRollback).toBe(true);
    expect(computeResult(evidence({ decisions: [] })).falseRollback).toBe(false);
  });

  it('counts writes on the new side up to the rollback, and each lost key once', () => {
    const write = { id: 1, value: null, side: 'new' as const };
    const { load } = evidence({});
    const writes = [
      { ...write, at: 5_000 },
      { ...write, at: 6_001 },
      { ...write, at: 5_000, side: 'old' as const },
    ];
    const gone = { id: 1, expected: [null], found: undefined };
    const lost = [
      { ...gone, shape: 'old' as const },
      { ...gone, shape: 'new' as const },
    ];
    expect(computeResult(evidence({ load: { ...load, writes }, lost }))).toMatchObject({
      writesAcknowledged: 3,
      writesOnNewSide: 1,
      writesLost: 1,
    });
  });

  it('says timeout for a rollout that has not ended', () => {
    const rollout = { ...evidence({}).rollout, phase: 'running' };
    expect(computeResult(evidence({ rollout })).outcome).toBe('timeout');
  });
});
