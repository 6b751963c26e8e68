import type { Policy } from '../../src/core/policy/policy.ts';

const second = 1_000;

/** A policy with every kind of step, short enough to be walked through in a test. */
export const examplePolicy: Policy = {
  name: 'users-birthdate',
  project: 'identity',
  revision: '0123456789ab',
  target: 'users-db',
  services: [{ name: 'users-api', atLeast: 2 }],
  unit: { key: 'tenantId', columns: { users: 'tenant_id' }, without: 'old' },
  flag: { provider: 'crossfade', name: 'users-birthdate' },
  schemaMigration: {
    name: 'users-birthdate',
    from: 'users_v1_1',
    to: 'users_v1_2',
    schema: 'public',
    operations: [
      {
        operation: 'addColumn',
        table: 'users',
        column: 'birthdate',
        type: 'date',
        up: 'dob::date',
        down: { dob: "to_char(birthdate, 'YYYY-MM-DD')" },
      },
    ],
  },
  rings: [{ name: 'internal', units: ['acme-staging'] }],
  pinned: { old: ['bigbank'], until: 'soak' },
  guards: [
    { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.0005 } },
    { name: 'reads', compare: 'mismatches', atMost: 0, compared: { atLeast: 200, units: 5 } },
  ],
  evidence: {
    falseRollbackBudget: 0.01,
    falsePromoteBudget: 0.01,
    minimum: { requests: 100, units: 'auto' },
    warmupMs: 2 * second,
    historyMs: 5 * second,
    onOneBadUnit: { quarantine: { atMost: 2 } },
  },
  steps: [
    { kind: 'expand' },
    { kind: 'backfill', batchTimeMs: 100 },
    { kind: 'verify', parity: 'full' },
    { kind: 'shadow', sample: 1, bakeMs: 3 * second, patienceMs: 60 * second },
    {
      kind: 'ring',
      ring: 'internal',
      bakeMs: 3 * second,
      patienceMs: 60 * second,
      require: 'notWorse',
    },
    {
      kind: 'share',
      percent: 25,
      bakeMs: 3 * second,
      patienceMs: 60 * second,
      require: 'notWorse',
    },
    { kind: 'share', percent: 90, bakeMs: 3 * second, patienceMs: 60 * second, require: 'proven' },
    {
      kind: 'share',
      percent: 100,
      bakeMs: 3 * second,
      patienceMs: 60 * second,
      require: 'notWorse',
    },
    { kind: 'soak', forMs: 5 * second },
    { kind: 'contract', approve: 'none', trashForMs: 60 * second },
  ],
  onFail: 'rollback',
  onNoData: 'hold',
  keepForRetryMs: 60 * second,
};
