import { Gauge } from 'prom-client';
import type { DocumentSets } from '../../engine/ports/document-sets.ts';
import type { EngineMetrics } from '../metrics/engine-metrics.ts';

/** How far what is applied is from each set, as it stands when Prometheus asks. */
export class DriftGauge {
  constructor(sets: DocumentSets, { registry }: EngineMetrics) {
    const gauge: Gauge<'set'> = new Gauge({
      name: 'crossfade_documents_drifted',
      help: 'Documents of a set that somebody has applied over it.',
      labelNames: ['set'],
      registers: [registry],
      collect: async () => {
        const counts = await sets.counts();
        gauge.reset();
        for (const { set, drifted } of counts) gauge.set({ set }, drifted);
      },
    });
  }
}
