import { Gauge } from 'prom-client';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import type { Backfills } from '../../engine/backfills.ts';
import type { EngineMetrics } from '../metrics/engine-metrics.ts';

type Figure = (job: JobState, view: BackfillView) => number | null;

const figures: Readonly<Record<string, readonly [help: string, figure: Figure]>> = {
  rows: ['Rows that a backfill has walked.', (job) => job.done],
  rows_expected: ['Rows that it will have walked at its end, as far as known.', (job) => job.total],
  rows_per_second: ['Rows per second of late.', (job) => job.rate ?? null],
  eta_seconds: [
    'Seconds that are left at this rate.',
    (_, { etaMs }) => (etaMs === null ? null : etaMs / 1_000),
  ],
  waiting: ['1 while it waits or is throttled.', (job) => Number(job.reason !== null)],
  paused: ['1 while a person has stopped it.', (job) => Number(job.pace?.pausedBy != null)],
  quarantined_rows: ['Rows that could not be converted.', (job) => job.quarantined],
};

/** Unfinished backfills, by policy, as they were last seen when Prometheus asks. */
export class BackfillGauges {
  constructor(backfills: Backfills, metrics: EngineMetrics) {
    // All gauges of one scrape come from one look.
    let look: Promise<readonly BackfillView[]> | null = null;
    const seen = (): Promise<readonly BackfillView[]> => {
      look ??= backfills.all().finally(() => (look = null));
      return look;
    };
    for (const [name, [help, figure]] of Object.entries(figures)) {
      const gauge: Gauge<'policy'> = new Gauge({
        name: `crossfade_backfill_${name}`,
        help,
        labelNames: ['policy'],
        registers: [metrics.registry],
        collect: async () => fill(gauge, await seen(), figure),
      });
    }
  }
}

function fill(gauge: Gauge<'policy'>, views: readonly BackfillView[], figure: Figure): void {
  gauge.reset();
  for (const view of views) {
    const { job, policy } = view;
    if (job === null || (job.status !== 'pending' && job.status !== 'running')) continue;
    const value = figure(job, view);
    if (value !== null) gauge.set({ policy }, value);
  }
}
