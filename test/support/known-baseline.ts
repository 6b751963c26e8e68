import type {
  Reference,
  StreamReference,
} from '../../src/core/judge/baseline/baseline-reference.ts';
import type { BaselineStream } from '../../src/core/judge/baseline/baseline-streams.ts';
import { newProcess } from '../../src/core/statistics/e-process.ts';

const errorsBefore: StreamReference = { oldBucket: null, limitBucket: null, rate: 0.01, ratio: 1 };
const latencyBefore: StreamReference = { oldBucket: 0, limitBucket: 1, rate: 0.5, ratio: 1 };

/**
 * What was known of the old side at the epoch, without evidence since: 1 % failed, and half of the
 * durations were above bucket 0; above bucket 1 they are long from then on.
 */
export function knownBaseline(streams: readonly BaselineStream[]): Reference {
  return {
    at: 0,
    streams: streams.map(({ kind }) => (kind === 'errors' ? errorsBefore : latencyBefore)),
    harm: streams.map(() => newProcess),
    dispersion: streams.map(() => 1),
  };
}
