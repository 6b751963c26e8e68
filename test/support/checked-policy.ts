import { defaultLatency, defaults } from '../../src/core/policy/defaults.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { ShareStep, Step } from '../../src/core/policy/step.ts';

export function share(percent: number, require: ShareStep['require'] = 'notWorse'): ShareStep {
  return { kind: 'share', percent, require, bakeMs: 600_000, patienceMs: 86_400_000 };
}

/** Steps by their names; a share is written `share(25)`. */
export const steps: Readonly<Record<string, Step>> = {
  expand: { kind: 'expand' },
  backfill: { kind: 'backfill', batchTimeMs: 100 },
  verify: { kind: 'verify', parity: 'full' },
  shadow: { kind: 'shadow', sample: 0.1, bakeMs: 600_000, patienceMs: 86_400_000 },
  ring: { kind: 'ring', ring: 'internal', require: 'notWorse', bakeMs: 0, patienceMs: 0 },
  soak: { kind: 'soak', forMs: 1 },
  contract: { kind: 'contract', approve: 'admin', trashForMs: 1 },
};

const everyStep = ['expand', 'backfill', 'verify', 'shadow'].flatMap((name) => steps[name] ?? []);
const end = ['soak', 'contract'].flatMap((name) => steps[name] ?? []);

/** A policy that no check objects to, with `changes`. */
export function policyWith(changes: Partial<Policy> = {}): Policy {
  return {
    name: 'users-birthdate',
    project: 'default',
    revision: '0123456789ab',
    target: 'users-db',
    services: [{ name: 'users-api', atLeast: 1 }],
    unit: { key: 'tenantId', columns: {}, without: 'old' },
    flag: { provider: 'crossfade', name: 'users-birthdate' },
    schemaMigration: { name: 'm', from: 'v1', to: 'v2', schema: 'public', operations: [] },
    rings: [],
    pinned: { old: [], until: 'soak' },
    guards: [
      { name: 'errors', compare: 'errors', tolerate: defaults.errors },
      { name: 'latency', compare: 'latency', tolerate: defaultLatency },
      { name: 'mismatches', compare: 'mismatches', atMost: 0, compared: defaults.compared },
    ],
    evidence: defaults.evidence,
    steps: [...everyStep, share(25), share(95, 'proven'), share(100), ...end],
    onFail: 'rollback',
    onNoData: 'hold',
    keepForRetryMs: 86_400_000,
    ...changes,
  };
}
