import { describe, expect, it } from '@jest/globals';
import {
  decisionWith,
  lines,
  look,
  measurementWith,
  now,
  viewWith,
} from '../../../test/support/rollout-view.ts';
import { decisionText } from './decision-text.ts';
import { rolloutDetail } from './rollout-detail.ts';
import { rolloutList } from './rollout-list.ts';
import { amount, clock, safe, span } from './words.ts';

describe('status of one rollout', () => {
  it('says where it is, what is seen and what a person can do', () => {
    const latency = measurementWith({
      guard: 'latency p99',
      verdict: 'inconclusive',
      reason: '300 of 1000 requests',
      canary: 0.084,
      baseline: 0.08,
      limit: 0.096,
      unit: 'seconds',
    });
    const locks = measurementWith({
      guard: 'locks',
      kind: 'threshold',
      canary: null,
      baseline: 12,
      limit: 500,
      unit: 'milliseconds',
    });
    const view = viewWith({
      guards: [measurementWith(), latency, locks],
      waitingFor: 'bake until 03:26:20',
    });
    expect(lines(rolloutDetail(view, look))).toEqual([
      'users-birthdate  RUNNING  step 4/6 share 10%  rev 3f2c1a000000  attempt 1  reversible: YES',
      'exposure     wanted 10%  set 10%  acknowledged 10%  peak 10%  users-api 4/4',
      'errors       new 0.11%  old 0.10%  limit 0.16%  not worse',
      'latency p99  new 84 ms  old 80 ms  limit 96 ms  not known yet  (300 of 1000 requests)',
      'locks        12 ms  limit 500 ms  ok',
      'waiting      bake until 03:26:20',
      'next         share 100%',
      'you can      rollback | pause | why',
    ]);
  });

  it('lists who is on the old version, with the calls of whom only a count tells', () => {
    const seen = { role: 'app', seenAt: now - 12_000, example: 'SELECT 1' };
    const oldUse = [
      { ...seen, application: 'worker' },
      { ...seen, application: '', calls: 31 },
    ];
    const text = lines(rolloutDetail(viewWith({ oldUse }), look)).join('\n');
    expect(text).toMatch(/^old use +worker \(role app\)  12 s ago  SELECT 1$/m);
    expect(text).toContain(
      'an application without a name (role app)  12 s ago  31 calls  SELECT 1',
    );
  });

  it('names the instances that keep it waiting, and a flag that a person touched', () => {
    const text = rolloutDetail(
      viewWith({
        hold: { code: 'edited', reason: 'a person changed the flag', since: now - 840_000 },
        instances: [
          {
            service: 'users-worker',
            instance: '7c',
            implements: true,
            revision: 3,
            safeSide: 'old',
            level: 'behind',
            lastSeenAt: now - 400,
          },
        ],
        flag: {
          name: 'users-birthdate',
          enabled: false,
          revision: 5,
          changedBy: 'ada',
          changedAt: now - 840_000,
        },
      }),
      look,
    );
    expect(text).toContain('HOLD 14m');
    expect(text).toContain('instance  users-worker 7c  behind  last seen 0.4 s ago');
    expect(text).toContain('flag      users-birthdate OFF, changed by ada at 03:02:20');
    expect(text).toContain('waiting   a person changed the flag');
  });

  it('shows the work on the data', () => {
    const job = {
      id: 'j',
      rollout: 'r-1',
      kind: 'backfill',
      status: 'running',
      done: 610,
      total: 1000,
      differences: null,
      quarantined: 2,
      reason: 'throttled: lock wait',
      generation: 1,
    } as const;
    const verify = {
      ...job,
      kind: 'verify',
      status: 'done',
      differences: 0,
      quarantined: 0,
      reason: null,
    } as const;
    const text = rolloutDetail(viewWith({ jobs: [job, verify] }), look);
    expect(text).toContain(
      'data      backfill running 61% (throttled: lock wait)  verify done 0 differences  2 rows in quarantine\n',
    );
  });

  it('times a rollback and does not call it arrived before everybody has', () => {
    const rollback = {
      cause: 'errors new 10.2% old 0.1%',
      by: 'crossfade',
      requestedAt: now - 2000,
      flagSetAt: now - 1900,
      revision: 9,
      convergedAt: null,
      drainedAt: null,
      verifiedAt: null,
    };
    const view = viewWith({ phase: 'rolling_back', rollback });
    expect(lines(rolloutDetail(view, look)).slice(-3)).toEqual([
      'ROLLBACK  errors new 10.2% old 0.1% (by crossfade)',
      'decided 03:16:18  flag set 03:16:18  converged not yet  drained not yet  verified not yet',
      'not arrived, 2 s after the decision',
    ]);
    expect(rolloutDetail({ ...view, waitingFor: 'api-2' }, look)).toMatch(/^waits: api-2$/m);
    const arrived = viewWith({
      phase: 'rolled_back',
      rollback: { ...rollback, convergedAt: now - 1100 },
    });
    expect(lines(rolloutDetail(arrived, look)).at(-1)).toBe('arrived 0.9 s after the decision');
  });

  it.each([
    [{ phase: 'paused', can: ['rollback', 'resume', 'freeze'] }, 'resume | rollback | why'],
    [{ phase: 'rolling_back', can: ['abort'] }, 'why'],
    [{ phase: 'frozen', can: ['unfreeze', 'rollback'] }, 'unfreeze | rollback | why'],
    [{ phase: 'frozen', can: ['unfreeze'] }, 'unfreeze | why'],
    [{ phase: 'rolled_back' }, 'why | retry users-birthdate'],
    [{ phase: 'aborted' }, 'why | start users-birthdate (a new attempt)'],
    [
      { stepIndex: 5, can: ['pause', 'rollback', 'complete'] },
      'complete users-birthdate --confirm users-birthdate | rollback | pause | why',
    ],
    // Contract's gate has passed.
    [{ stepIndex: 5, can: ['pause'] }, 'pause | why'],
    [{ can: ['approve', 'pause'] }, 'pause | why'],
  ] as const)('offers what is possible then: %#', (changes, choices) => {
    expect(rolloutDetail(viewWith(changes), look)).toContain(`you can   ${choices}\n`);
  });
});

describe('what a person should know beforehand', () => {
  const at = (changes: Parameters<typeof viewWith>[0]): string =>
    rolloutDetail(viewWith(changes), look);
  const pointOfNoReturn = { stepIndex: 5, approve: 'admin', trashForMs: 14 * 86_400_000 } as const;

  it('is from where on a rollback would lose data, until it has ended', () => {
    expect(at({ pointOfNoReturn })).toContain(
      'from step 6/6 (contract, asks for admin) on a rollback would lose data; restore for 14d',
    );
    const next = { ...pointOfNoReturn, approve: 'none' } as const;
    expect(at({ pointOfNoReturn: next, stepIndex: 5 })).toContain(
      'from this step (contract, nobody is asked) on',
    );
    expect(at({ pointOfNoReturn, phase: 'completed' })).not.toContain('no return');
    expect(at({})).not.toContain('no return');
  });

  it('is by which revision it ran until somebody moved it', () => {
    const rebased = { from: '3f2c1a000000', by: 'ada', at: now - 60_000 };
    expect(at({ rebased })).toContain('rebased   from revision 3f2c1a000000 at 03:15:20 (ada)');
    expect(at({ appliedAt: now - 60_000 })).toContain(
      'applied   anew at 03:15:20, after this began',
    );
  });

  it('is which guard somebody has set aside, and until when', () => {
    const override = {
      guard: 'reads',
      by: 'ada',
      reason: 'counts twice',
      at: now,
      until: now + 60_000,
    };
    expect(at({ overrides: [override] })).toContain(
      'override  reads until 03:17:20 (ada)  counts twice',
    );
  });
});

describe('a guard that saw nothing', () => {
  const samples = { canary: 0, baseline: 0, units: 0 };
  const reason = 'nothing was compared in this step';

  it('does not read as if it had', () => {
    const guards = [
      measurementWith({ guard: 'mismatches', canary: 0, unit: 'count', samples, reason }),
    ];
    expect(rolloutDetail(viewWith({ guards }), look)).toContain(
      'mismatches  not judged  (nothing was compared in this step)',
    );
    expect(decisionText(viewWith(), [decisionWith({ guards })], look)).toContain(
      'checked  mismatches: not judged  nothing was compared in this step',
    );
  });
});

describe('a rollout that is stopped', () => {
  it('says why and by whom', () => {
    const stop = { reason: 'dinner', by: 'ada', at: now };
    expect(rolloutDetail(viewWith({ phase: 'paused', stop }), look)).toContain(
      'stopped   dinner (by ada)',
    );
  });
});

describe('a message that nobody accepts', () => {
  it('is shown with who should have told it, how often it was tried and why not', () => {
    const waiting = {
      recipient: 'channel',
      title: 'users-birthdate is paused',
      attempts: 3,
      error: 'no answer within 4000 ms',
      isGivenUp: false,
    };
    const undelivered = [waiting, { ...waiting, attempts: 1, isGivenUp: true }];
    const shown = lines(rolloutDetail(viewWith({ undelivered }), look));
    expect(shown.filter((line) => line.includes('channel: '))).toEqual([
      'untold    channel: users-birthdate is paused  3 attempts, the last: no answer within 4000 ms',
      'untold    channel: users-birthdate is paused  given up after 1 attempt, the last: no answer within 4000 ms',
    ]);
  });
});

describe('status of all', () => {
  it('puts first what needs a person, with the command that explains it', () => {
    const held = viewWith({
      policy: 'events-id',
      hold: { code: 'noData', reason: 'no evidence since 03:02', since: now - 840_000 },
      startedAt: now - 9_000_000,
    });
    const done = viewWith({ policy: 'mail', phase: 'completed', endedAt: now - 1 });
    expect(lines(rolloutList([viewWith(), done, held], look))).toEqual([
      '!  events-id        HOLD 14m   share 10%  10%  no evidence since 03:02  crossfade why events-id',
      '   users-birthdate  RUNNING    share 10%  10%',
      '   mail             COMPLETED',
      '   1 completed, 0 rolled back, 0 rolling back, 0 frozen',
    ]);
  });

  it('says how to begin when there is none', () => {
    expect(rolloutList([], look)).toBe('no rollouts; crossfade start NAME begins one\n');
  });
});

describe('words', () => {
  it.each([
    [-5, '0 s'],
    [940, '0.9 s'],
    [59_000, '59 s'],
    [60_000, '1m'],
    [7_500_000, '2h 5m'],
    [7_200_000, '2h'],
    [200_000_000, '2d'],
  ])('%d ms is %s', (ms, expected) => {
    expect(span(ms)).toBe(expected);
  });

  it('tells the day when it is not today, in the zone of the reader', () => {
    expect(clock(now, now, look)).toBe('03:16:20');
    expect(clock(now - 86_400_000, now, look)).toBe('2026-11-19 03:16:20');
    expect(clock(now, now, { ...look, timeZone: 'Asia/Kolkata' })).toBe('08:46:20');
  });

  it('gives values their unit, and ? to what is unknown', () => {
    expect([
      amount(null, 'ratio'),
      amount(0.00105, 'ratio'),
      amount(3, 'count'),
      amount(0.0042, 'seconds'),
    ]).toEqual(['?', '0.10%', '3', '4.2 ms']);
  });

  it('lets no control character of others through', () => {
    expect(safe('a\u001B[2Jb\nc\u202E')).toBe('a [2Jb c ');
  });
});
