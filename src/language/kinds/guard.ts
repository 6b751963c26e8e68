import { z } from 'zod';

import { type MetricPresetName, metricPresets } from '../../core/policy/metric-presets.ts';
import { duration } from '../scalars/duration.ts';
import { latencyBound } from '../scalars/latency-bound.ts';
import { mismatchBound } from '../scalars/mismatch-bound.ts';
import { name, text } from '../scalars/name.ts';
import { oneOf } from '../scalars/one-of.ts';
import { points } from '../scalars/percentage.ts';
import { decimal, whole } from '../scalars/whole.ts';
import { always, countKeys } from './exactly-one.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

/** What a failing guard causes. */
export const failAction = oneOf('rollback', 'hold', 'notify');

const presetNames = Object.keys(metricPresets) as [MetricPresetName, ...MetricPresetName[]];

const common = {
  name: required(name, 'Name of the guard, unique within the policy.'),
  onFail: optional(failAction, "What a failure causes; the policy's `onFail` when left out."),
};

const second = 1_000;

/** Nothing is scraped more often, and no metrics system wants to be asked more often. */
const interval = duration.refine((ms) => ms >= second, {
  error: 'expected at least `1s`',
});

/** Two deployments, each of which serves one side behind a gateway. */
const deployments = {
  canary: required(text, 'Value of the label for the deployment that serves the new side.'),
  baseline: required(text, 'Its value for the deployment that serves the old side.'),
};

const labelName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, {
  error: 'expected the name of a label, such as `destination_workload`',
});

const cohorts = mapping({
  label: required(labelName, 'Label that tells the deployments apart.'),
  ...deployments,
});

const queriedSource = mapping({
  prometheus: required(name, 'Provider to query.'),
  bad: required(
    text,
    'What went wrong, by the labels `cohort` and `bucket`: a selector of counters, or with `$window` a query for one window.',
  ),
  total: required(text, 'All of it, in the same way.'),
  cohorts: optional(cohorts, 'Deployments, where the series have no label `cohort`.'),
  interval: optional(interval, 'How often it is asked.', '15s'),
});

const presetSource = mapping({
  prometheus: required(name, 'Provider to query.'),
  preset: required(
    oneOf(...presetNames),
    'Whose names of metrics: `bad`, `total` and `histogram` need not be written.',
  ),
  cohorts: optional(
    mapping({
      label: optional(labelName, 'Label that tells them apart, when it is not that of the preset.'),
      ...deployments,
    }),
    'The deployments that serve the two sides, where the series have no label `cohort`.',
  ),
  interval: optional(interval, 'How often it is asked.', '15s'),
});

const histogramSource = mapping({
  prometheus: required(name, 'Provider to query.'),
  histogram: required(
    text,
    'Selector of native histograms, or of the buckets of classic ones, which have the label `le`; both with `cohort` and, where it is there, `bucket`.',
  ),
  unit: optional(oneOf('s', 'ms'), 'Unit of the durations, and so of the bounds in `le`.', 's'),
  cohorts: optional(cohorts, 'Deployments, where the series have no label `cohort`.'),
  interval: optional(interval, 'How often it is asked.', '15s'),
});

const receivedSource = mapping({
  otlp: required(
    oneOf('migration'),
    'Metrics that applications send by OTLP, from the instruments of the SDK.',
  ),
  interval: optional(
    interval,
    'How often they are looked at; not shorter than they are sent.',
    '15s',
  ),
});

const ratio = decimal.min(1, { error: 'expected a number of at least 1' });

const errors = mapping({
  ...common,
  compare: required(z.literal('errors'), 'The rate of failed operations.'),
  tolerate: optional(
    mapping({
      ratio: optional(ratio, 'How many times the old rate is tolerated.', 1.1),
      add: optional(points, 'How much is tolerated on top.', '0.05pp'),
    }),
    'How much worse the rate of failed operations may be: `ratio` × old + `add`.',
  ),
  source: optional(
    z.union([queriedSource, presetSource, receivedSource]),
    'Where the counts come from, when it is not the SDK.',
  ),
}).meta({ title: 'Comparison of errors' });

const latency = mapping({
  ...common,
  compare: required(z.literal('latency'), 'How long operations take.'),
  tolerate: optional(
    mapping({
      p50: optional(latencyBound, 'Half of the operations.', '5% or 2ms'),
      p90: optional(latencyBound, 'Nine of ten.', '5% or 5ms'),
      p99: optional(latencyBound, 'All but one in a hundred.', '20%'),
    }),
    'How much slower each quantile may be.',
  ),
  source: optional(
    z.union([histogramSource, presetSource, receivedSource]),
    'Where the durations come from, when it is not the SDK.',
  ),
}).meta({ title: 'Comparison of latency' });

const mismatches = mapping({
  ...common,
  compare: required(z.literal('mismatches'), 'Answers of both sides to the same read.'),
  atMost: optional(mismatchBound, 'How many comparisons may differ.', 0),
  compared: optional(
    mapping({
      atLeast: optional(whole(1), 'Fewest comparisons that count as proof.', 500),
      units: optional(whole(1), 'Fewest units that they must come from.', 5),
    }),
    'How much must have been compared.',
  ),
}).meta({ title: 'Comparison of answers' });

const failAfter = mapping({
  failures: required(whole(1), 'Broken windows that make a failure.'),
  of: required(whole(1), 'Among how many windows.'),
}).refine(({ failures, of }) => failures <= of, {
  path: ['failures'],
  error: '`failures` cannot be more than `of`',
});

/** One word each, so that a fault is told of the one that was meant. */
const targetHealth = <Word extends string>(word: Word, meaning: string) =>
  mapping({
    target: required(oneOf(word), meaning),
    max: required(duration, 'The longest that is tolerated.'),
    failAfter: optional(failAfter, 'How many windows must be broken.', { failures: 3, of: 5 }),
  });

const lockWait = targetHealth('lock_wait', 'The longest wait for a lock on the target.');
const longestTransaction = targetHealth(
  'longest_transaction',
  'The age of its oldest open transaction.',
);

const targetParity = mapping({
  target: required(
    oneOf('parity'),
    'Both shapes are compared all the while, from the end of the backfill to contract.',
  ),
  max: optional(whole(0), 'How many rows may differ.', 0),
});

const prometheusValue = mapping({
  prometheus: required(name, 'Provider to query.'),
  expr: required(
    text,
    'PromQL expression that comes to one number. `{$rollout}` picks out the series of the rollout, `[$window]` is one window long.',
  ),
  min: optional(decimal, 'Broken below this value.'),
  max: optional(decimal, 'Broken above this value.'),
  interval: optional(interval, 'How often it is asked.', '15s'),
  window: optional(interval, 'Length of one window.', '1m'),
  failAfter: optional(failAfter, 'How many windows must be broken.', { failures: 3, of: 5 }),
}).refine((value) => countKeys(value, ['min', 'max']) > 0, {
  ...always,
  error: 'a threshold needs a limit: write `min`, `max` or both',
});

const thresholdGuard = mapping({
  ...common,
  threshold: required(
    z.union([lockWait, longestTransaction, targetParity, prometheusValue]),
    'A value and the limit that it must keep.',
  ),
}).meta({ title: 'Threshold' });

/** A guard in full, or the short form: the name of a comparison with its defaults. */
export const guardSchema = z
  .union([oneOf('errors', 'latency', 'mismatches'), errors, latency, mismatches, thresholdGuard])
  .meta({
    id: 'Guard',
    description:
      'A condition that is evaluated as long as the rollout lives. `errors`, `latency` or `mismatches` alone stands for that comparison with its defaults.',
  });

export type GuardInput = z.output<typeof guardSchema>;
