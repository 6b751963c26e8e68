import { holdClass } from '../../core/rollout/hold-code.ts';
import type { GuardFigures } from '../../core/rollout/rollout-figures.ts';
import { jobEta } from '../../core/schema-migration/job-eta.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import type { FleetMember } from '../../engine/ports/fleet-reader.ts';

type Labels = Readonly<Record<string, string>>;

/** A value with the labels that it has beside `rollout`. */
type Sample = readonly [value: number | null | undefined, labels?: Labels];

/** A gauge of every rollout: what it means, its labels beside `rollout`, and its values there. */
export interface RolloutGauge {
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: (member: FleetMember) => readonly Sample[];
}

/** Guards of one rollout that are shown; a policy with more says so in `guards_left_out`. */
const guardsShown = 20;

const seconds = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : ms / 1_000;

const one =
  (value: (member: FleetMember) => number | null | undefined): RolloutGauge['samples'] =>
  (member) => [[value(member)]];

const byLabel = (label: string, values: Readonly<Record<string, number | null>>) =>
  Object.entries(values).map(([name, value]) => [value, { [label]: name }] as const);

const ofGuards =
  (samples: (guard: GuardFigures) => readonly Sample[]): RolloutGauge['samples'] =>
  ({ figures }) =>
    (figures?.guards ?? [])
      .slice(0, guardsShown)
      .flatMap((guard) =>
        samples(guard).map(
          ([value, labels]) => [value, { guard: guard.guard, ...labels }] as const,
        ),
      );

/** Of the newest backfill, also after its end: what is gone between two scrapes was never seen. */
const ofBackfill =
  (value: (job: JobState) => number | null | undefined): RolloutGauge['samples'] =>
  ({ target }) => {
    const job = target?.backfills.at(-1);
    return job === undefined ? [] : [[value(job)]];
  };

const isUnderWay = ({ status }: JobState): boolean => status === 'pending' || status === 'running';

const standing: Readonly<Record<string, RolloutGauge>> = {
  rollout_info: {
    help: 'Always 1; names the project of a rollout.',
    labels: ['project'],
    samples: ({ project }) => [[1, { project }]],
  },
  rollout_phase: {
    help: 'Always 1; names the phase that a rollout is in.',
    labels: ['phase'],
    samples: ({ rollout }) => [[1, { phase: rollout.phase }]],
  },
  rollout_attempt: {
    help: 'Which attempt of its policy it is, from 1.',
    samples: one(({ rollout }) => rollout.attempt),
  },
  rollout_step: {
    help: 'Number of the step that it is at, from 1.',
    samples: one(({ rollout }) => rollout.step.index + 1),
  },
  rollout_steps: { help: 'Steps of its plan.', samples: one(({ steps }) => steps) },
  rollout_step_entered_timestamp_seconds: {
    help: 'When it came to the step that it is at.',
    samples: one(({ rollout }) => seconds(rollout.step.enteredAt)),
  },
  rollout_started_timestamp_seconds: {
    help: 'When the attempt began.',
    samples: one(({ rollout }) => seconds(rollout.startedAt)),
  },
  rollout_ended_timestamp_seconds: {
    help: 'When it ended; absent while it lives.',
    samples: one(({ rollout }) => seconds(rollout.endedAt)),
  },
  rollout_decision_timestamp_seconds: {
    help: 'When the newest decision was made, by what it did.',
    labels: ['action'],
    samples: ({ lastDecision }) =>
      lastDecision === null ? [] : [[seconds(lastDecision.at), { action: lastDecision.action }]],
  },
  rollout_hold_since_timestamp_seconds: {
    help: 'Since when it holds, by the class of the reason; absent while it does not.',
    labels: ['code'],
    samples: ({ rollout: { hold } }) =>
      hold === null ? [] : [[seconds(hold.since), { code: holdClass(hold.code) }]],
  },
};

const exposed: Readonly<Record<string, RolloutGauge>> = {
  rollout_share_ratio: {
    help: 'Share of the units on the new side, from 0 to 1: wanted, set in the flag, acknowledged by instances, and the peak.',
    labels: ['at'],
    samples: ({ figures }) => {
      if (figures === null) return [];
      const { wanted, set, acknowledged, peak } = figures.exposure;
      const percent = { wanted, set, acknowledged, peak };
      return byLabel('at', percent).map(([share, labels]) => [
        share === null ? null : share / 100,
        labels,
      ]);
    },
  },
  rollout_instances: {
    help: 'Instances by how it is known what they run.',
    labels: ['level'],
    samples: ({ figures }) => byLabel('level', figures?.instances ?? {}),
  },
  rollout_quarantined_units: {
    help: 'Units sent back alone that are still on the old side.',
    samples: one(
      ({ rollout }) =>
        (rollout.quarantined ?? []).filter(({ probe }) => probe !== 'released').length,
    ),
  },
  rollout_no_return_timestamp_seconds: {
    help: 'When a value will have passed the point of no return, at the present pace; absent while that is not near.',
    samples: one(({ rollout }) => seconds(rollout.returnNear?.passesAt)),
  },
  rollout_target_readable: {
    help: '1 when the last look at its target found out how it is, else 0.',
    samples: one(({ target }) => (target === null ? null : Number(target.isReadable))),
  },
  rollout_target_seen_timestamp_seconds: {
    help: 'When its target was last looked at.',
    samples: one(({ target }) => seconds(target?.at)),
  },
};

const guarded: Readonly<Record<string, RolloutGauge>> = {
  guard_verdict: {
    help: 'Always 1; names the verdict of the newest tick.',
    labels: ['guard', 'verdict'],
    samples: ofGuards(({ verdict }) => [[1, { verdict }]]),
  },
  guard_value: {
    help: 'What was measured of the canary and of the baseline, and the limit, in the unit named.',
    labels: ['guard', 'of', 'unit'],
    samples: ofGuards(({ canary, baseline, limit, unit }) =>
      byLabel('of', { canary, baseline, limit }).map(([value, of]) => [value, { ...of, unit }]),
    ),
  },
  guard_samples: {
    help: 'Samples behind the newest measurement, by cohort.',
    labels: ['guard', 'cohort'],
    samples: ofGuards(({ samples: { canary, baseline } }) =>
      byLabel('cohort', { canary, baseline }),
    ),
  },
  guard_evidence_nats: {
    help: 'Natural logarithm of the evidence (e-value) for harm, and for not worse.',
    labels: ['guard', 'for'],
    samples: ofGuards(({ logHarm, logNotWorse }) =>
      byLabel('for', { harm: logHarm, not_worse: logNotWorse }),
    ),
  },
  guard_newest_timestamp_seconds: {
    help: 'When the newest evidence came.',
    labels: ['guard'],
    samples: ofGuards(({ newestAt }) => [[seconds(newestAt)]]),
  },
  guards_left_out: {
    help: `Guards of a rollout beyond the first ${guardsShown}, which are not shown; absent when all are.`,
    samples: one(({ figures }) => {
      const surplus = (figures?.guards.length ?? 0) - guardsShown;
      return surplus > 0 ? surplus : null;
    }),
  },
};

const moved: Readonly<Record<string, RolloutGauge>> = {
  backfill_rows: {
    help: 'Rows that a backfill has walked.',
    samples: ofBackfill(({ done }) => done),
  },
  backfill_rows_expected: {
    help: 'Rows that it will have walked at its end, as far as known.',
    samples: ofBackfill(({ total }) => total),
  },
  backfill_rows_per_second: {
    help: 'Rows per second of late; 0 once it has ended.',
    samples: ofBackfill((job) => (isUnderWay(job) ? job.rate : 0)),
  },
  backfill_eta_seconds: {
    help: 'Seconds that are left at this rate; 0 once it is done.',
    samples: ofBackfill((job) => (job.status === 'done' ? 0 : seconds(jobEta(job)))),
  },
  backfill_waiting: {
    help: '1 while it waits or is throttled.',
    samples: ofBackfill((job) => Number(isUnderWay(job) && job.reason !== null)),
  },
  backfill_paused: {
    help: '1 while a person has stopped it.',
    samples: ofBackfill((job) => Number(isUnderWay(job) && job.pace?.pausedBy != null)),
  },
  backfill_quarantined_rows: {
    help: 'Rows that could not be converted.',
    samples: ofBackfill(({ quarantined }) => quarantined),
  },
  parity_differing_rows: {
    help: 'Rows whose two shapes differ, as rounds of parity found.',
    samples: one(({ target }) => target?.parity?.rows),
  },
  parity_last_round_timestamp_seconds: {
    help: 'When the last whole round of parity ended.',
    samples: one(({ target }) => seconds(target?.parity?.roundEndedAt)),
  },
};

/** By name, without the prefix. */
export const rolloutGauges: Readonly<Record<string, RolloutGauge>> = {
  ...standing,
  ...exposed,
  ...guarded,
  ...moved,
};
