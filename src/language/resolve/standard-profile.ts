import type { Layer } from './layers.ts';

const share = (percent: number) => ({ share: { to: { percent } } });

/** The profile that holds where a service names no other. */
export const standardProfile: Layer = {
  origin: 'profile standard (built-in)',
  source: null,
  spec: {
    steps: [
      { expand: {} },
      { backfill: {} },
      { verify: {} },
      { shadow: {} },
      ...[5, 25, 50, 95, 100].map(share),
      { soak: {} },
      { contract: {} },
    ],
    guards: ['errors', 'latency', 'mismatches'],
  },
};
